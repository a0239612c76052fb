"""The main thread, which runs the package: packages keep state on self, so one request at a time, always."""

import collections
import queue
import threading
import time

from _slipway_runtime import answers, inputs
from _slipway_runtime.http import MAX_BODY
from _slipway_runtime.package import as_the_author_sees

EXIT_LOAD_FAILED = 3


class _Interrupted(Exception):
    """A signal handler of the package raised an exception at the end of a request."""


# A caller that has sent something so short a time ago is not asked whether it is still there.
_PATIENCE_SECONDS = 0.005


# One connection after the other has its turn, which ends with the request that is at hand then.
_TURN_SECONDS = 0.001
# A call that took so long is followed by another such, for which an answer must not wait.
SLOW_SECONDS = 0.001


class Inference:
    """Loads the package, then answers requests: of one connection in order, of several in turn. Those whose caller has gone are
    left out.

    `run` belongs to the main thread, where a package finds what a plain script has: signals, an event loop of its own.
    `admit`, `wake`, `forget`, `is_idle` and `end` belong to the server's thread; a request is answered there too.
    """

    def __init__(self, package, queue_limit, log, forks):
        self._package = package
        self._queue_limit = queue_limit
        self._log = log
        self._forks = forks
        # For what is queued and for sleep. What waits in the first pipeline is taken without it.
        self._lock = threading.Lock()
        self._pipelines = collections.deque()
        self._turn_ends = 0.0
        self._current = None
        self._began = 0.0
        self._is_asleep = False
        self._wake = queue.SimpleQueue()
        self._exit_code = None

    def is_idle(self):
        with self._lock:
            return not self._pipelines

    def admit(self, pipeline, requests):
        """Queues the requests; False when the queue is full: it has room for so many connections, however many requests of each.
        They are sure to be taken after the next `wake`."""
        with self._lock:
            if not pipeline.is_queued:
                # One runs, the others wait.
                if len(self._pipelines) > self._queue_limit:
                    return False
                self._pipelines.append(pipeline)
                pipeline.is_queued = True
            pipeline.waiting.extend(requests)
        return True

    def wake(self):
        """Tells the main thread that requests wait. Once for many: each change of threads costs as much as a request."""
        with self._lock:
            if not self._is_asleep:
                return
            self._is_asleep = False
        self._wake.put(None)

    def forget(self, pipeline):
        """Leaves out requests that wait; one that runs can't be stopped."""
        with self._lock:
            pipeline.waiting.clear()
            # Only the main thread removes the first, of which a request may be at hand.
            if pipeline.is_queued and self._pipelines[0] is not pipeline:
                self._pipelines.remove(pipeline)
                pipeline.is_queued = False

    def end(self, code):
        """Lets `run` return."""
        self._exit_code = code
        self._wake.put(None)

    def run(self, server):
        """Returns the exit code: 0 when it is told to end, 3 if the package can't be loaded."""
        try:
            service = self._package.load()
        # The edge to foreign code: every failure is told as the cause of exit code 3.
        except BaseException as exception:
            self._forks.end_if_forked(exception.__cause__ or exception)
            self._log.error("the package can't be loaded", as_the_author_sees(exception.__cause__ or exception))
            server.failed(exception)
            return EXIT_LOAD_FAILED
        self._forks.end_if_forked()
        server.loaded()
        while self._exit_code is None:
            self._turns(service, server)
        return self._exit_code

    def _turns(self, service, server):
        # Two edges to signal handlers of the package, which run between any two steps and may raise, also while the
        # exception of the one before is told.
        try:
            while self._exit_code is None:
                try:
                    self._turn(service, server)
                except BaseException as exception:
                    self._forks.end_if_forked(exception)
                    self._log.error("a signal handler of the package failed", as_the_author_sees(exception))
        except BaseException as another:
            self._forks.end_if_forked(another)

    def _turn(self, service, server):
        request = self._take(server)
        if request is None:
            server.send_answers()
            # Also interrupted for the package's signal handlers.
            self._wake.get()
            return
        if not request.is_begun:
            request.is_begun = True
            request.answer = self._answer(service, request)
        if request.answer is None:
            request.answer = self._interrupted()
        pipeline = request.connection.pipeline
        if pipeline.is_draining:
            request.is_last = True
            pipeline.waiting.clear()
        server.answer(request)
        self._current = None
        if time.monotonic() - self._began > SLOW_SECONDS:
            server.send_answers_first()

    def _interrupted(self):
        return answers.failure(self._package.style, _Interrupted("a signal handler ended the request"))

    def _take(self, server):
        """The request at hand, else the next, else None."""
        if self._current is not None:
            return self._current
        self._began = now = time.monotonic()
        try:
            pipeline = self._pipelines[0]
            request = pipeline.waiting[0]
        except IndexError:
            request = None
        if (
            request is None
            or request.is_begun
            or now - pipeline.seen > _PATIENCE_SECONDS
            or (now > self._turn_ends and len(self._pipelines) > 1)
        ):
            request = self._choose(server, now)
            if request is None:
                return None
            pipeline = request.connection.pipeline
        # Taken first: interrupted in between it is found in both, and is begun once.
        self._current = request
        try:
            pipeline.waiting.popleft()
        except IndexError:
            # Forgotten in this moment.
            pass
        return request

    def _choose(self, server, now):
        """The next request by turns, None if none waits. It is left where it is."""
        freed = False
        with self._lock:
            pipelines = self._pipelines
            if now > self._turn_ends and pipelines and pipelines[0].waiting:
                pipelines.rotate(-1)
            self._turn_ends = now + _TURN_SECONDS
            request = None
            while pipelines and request is None:
                pipeline = pipelines[0]
                if not pipeline.waiting:
                    pipeline.is_queued = False
                    pipelines.popleft()
                    freed = True
                elif pipeline.waiting[0].is_begun:
                    pipeline.waiting.popleft()
                elif now - pipeline.seen <= _PATIENCE_SECONDS:
                    request = pipeline.waiting[0]
                elif pipeline.connection.is_left():
                    server.call(pipeline.connection.abandon)
                    pipeline.waiting.clear()
                else:
                    pipeline.seen = now
            self._is_asleep = request is None
        if freed:
            server.place_freed()
        return request

    def _answer(self, service, request):
        style = self._package.style
        # The edge to foreign code: packages call exit() in a request. Answer and go on.
        try:
            data = self._data(request)
            value = service.inference(data)
            self._forks.end_if_forked()
            return answers.result(value, style, data)
        except BaseException as exception:
            return self._failure(request, exception)

    def _data(self, request):
        """What the package gets of it; raises what `_failure` answers."""
        return (request.head.read or self._reader(request.head))(request.body)

    def _failure(self, request, exception):
        self._forks.end_if_forked(exception)
        if isinstance(exception, inputs.BadInput):
            return answers.bad_input(self._package.style, str(exception))
        if isinstance(exception, inputs.Refused):
            return answers.refusal(exception.status, str(exception), exception.headers, request.request_id)
        self._log.error("the package failed on a request", as_the_author_sees(exception))
        return answers.failure(self._package.style, exception)

    def _reader(self, head):
        head.read = inputs.reader(head, self._package.style, self._package.configuration.file_fields(head.path), MAX_BODY)
        return head.read
