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


# A caller that has sent a request so short a time ago is not asked whether it is still there.
_PATIENCE_SECONDS = 0.005


class _Job:
    __slots__ = ("connection", "request", "since", "is_begun", "answer", "is_answered")

    def __init__(self, connection, request):
        self.since = time.monotonic()
        self.connection = connection
        self.request = request
        self.is_begun = False
        self.answer = None
        self.is_answered = False


class Inference:
    """Loads the package, then answers requests in order of arrival. Those whose caller has gone are left out.

    `run` belongs to the main thread, where a package finds what a plain script has: signals, an event loop of its own.
    `admit`, `wake`, `forget`, `is_idle` and `end` belong to the server's thread; a request is answered there too.
    """

    def __init__(self, package, queue_limit, log, forks):
        self._package = package
        self._queue_limit = queue_limit
        self._log = log
        self._forks = forks
        self._lock = threading.Lock()
        self._waiting = collections.deque()
        self._current = None
        self._wake = queue.SimpleQueue()
        self._exit_code = None

    def is_idle(self):
        with self._lock:
            return self._current is None and not self._waiting

    def admit(self, connection, request):
        """Queues the request; False when the queue is full. Nobody takes it before the next `wake`."""
        with self._lock:
            # One runs, the others wait.
            if len(self._waiting) + (self._current is not None) > self._queue_limit:
                return False
            self._waiting.append(_Job(connection, request))
        return True

    def wake(self):
        """Tells the main thread that requests wait. Once for many: each change of threads costs as much as a request."""
        with self._lock:
            if self._current is not None or not self._waiting:
                return
        self._wake.put(None)

    def forget(self, request):
        """Leaves out a request that waits; one that runs can't be stopped."""
        with self._lock:
            for job in self._waiting:
                if job.request is request:
                    self._waiting.remove(job)
                    return

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
        job = self._take(server)
        if job is None:
            # Also interrupted for the package's signal handlers.
            self._wake.get()
            return
        if not job.is_begun:
            job.is_begun = True
            job.answer = self._answer(service, job.request)
        answer = job.answer or answers.failure(self._package.style, _Interrupted("a signal handler ended the request"))
        server.answer(self._done, job, answer)
        with self._lock:
            self._current = None

    def _take(self, server):
        with self._lock:
            while self._current is None and self._waiting:
                job = self._waiting[0]
                if job.is_begun:
                    pass
                elif time.monotonic() - job.since > _PATIENCE_SECONDS and job.connection.is_left():
                    server.call(job.connection.abandon)
                else:
                    self._current = job
                self._waiting.popleft()
            return self._current

    def _done(self, job, answer):
        if not job.is_answered:
            job.is_answered = True
            job.connection.answer(answer)

    def _answer(self, service, request):
        style = self._package.style
        # The edge to foreign code: packages call exit() in a request. Answer and go on.
        try:
            data = inputs.decode(request, style, self._package.configuration.file_fields(request.path), MAX_BODY)
            value = service.inference(data)
            self._forks.end_if_forked()
            return answers.result(value, style, data)
        except inputs.BadInput as bad:
            return answers.bad_input(style, str(bad))
        except inputs.Refused as refused:
            return answers.refusal(refused.status, str(refused), refused.headers, request.request_id)
        except BaseException as exception:
            self._forks.end_if_forked(exception)
            self._log.error("the package failed on a request", as_the_author_sees(exception))
            return answers.failure(style, exception)
