"""The one thread that runs the package: packages keep state on self, so one request at a time, always."""

import logging
import queue
import threading

from _slipway_runtime import answers, inputs
from _slipway_runtime.package import as_the_author_sees

_LOG = logging.getLogger("slipway.runtime")


class Inference:
    """Loads the package on its thread, then answers requests in order of arrival.

    `admit` and `is_idle` belong to the event loop's thread; a request is answered there too.
    """

    def __init__(self, package, queue_limit, loop, on_ready, on_failure):
        self._package = package
        self._queue_limit = queue_limit
        self._loop = loop
        self._on_ready = on_ready
        self._on_failure = on_failure
        self._queue = queue.SimpleQueue()
        self._pending = 0
        # Not a daemon: threads that the package starts inherit that, and its loaders would not be waited for.
        self._thread = threading.Thread(target=self._run, name="slipway-inference", daemon=False)

    def start(self):
        self._thread.start()

    def is_idle(self):
        return self._pending == 0

    def admit(self, connection, request):
        """Queues the request; False when the queue is full."""
        # One runs, the others wait.
        if self._pending > self._queue_limit:
            return False
        self._pending += 1
        self._queue.put((connection, request))
        return True

    def _run(self):
        try:
            service = self._package.load()
        # The edge of the loading thread: every failure is told as the cause of exit code 3.
        except BaseException as exception:
            _LOG.error("the package can't be loaded", exc_info=as_the_author_sees(exception.__cause__ or exception))
            self._loop.call_soon_threadsafe(self._on_failure, exception)
            return
        self._loop.call_soon_threadsafe(self._on_ready)
        while True:
            connection, request = self._queue.get()
            answer = None if request.abandoned else self._answer(service, request)
            self._loop.call_soon_threadsafe(self._done, connection, answer)

    def _done(self, connection, answer):
        self._pending -= 1
        if answer is not None:
            connection.answer(answer)

    def _answer(self, service, request):
        style = self._package.style
        # The edge to foreign code: packages call exit() in a request. Answer and go on.
        try:
            data = inputs.decode(request.body, request.content_type, style, self._package.configuration.file_field)
            return answers.result(service.inference(data), style, data)
        except inputs.BadInput as bad:
            return answers.bad_input(style, str(bad))
        except BaseException as exception:
            _LOG.error("the package failed on a request", exc_info=as_the_author_sees(exception))
            return answers.failure(style, exception)
