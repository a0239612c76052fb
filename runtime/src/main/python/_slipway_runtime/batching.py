"""Requests of several callers in one call of the package, where its config.json declares `batching`."""

import queue
import time

from _slipway_runtime import answers
from _slipway_runtime.inference import SLOW_SECONDS, Inference
from _slipway_runtime.package import as_the_author_sees


class WrongNumberOfResults(Exception):
    """`_inference_batch` has not returned one result for each request."""


class BatchInference(Inference):
    """Gives `_inference_batch` all requests that wait, up to the declared size; the first of them waits for others as long as is declared.

    `_preprocess` and `_postprocess` stay per request. A request fails alone: a batch that can't be computed is computed one by one.
    """

    def __init__(self, package, queue_limit, log, forks):
        self._batching = package.configuration.batching
        # Those of the next batch must find room while one is computed.
        super().__init__(package, max(queue_limit, self._batching.size), log, forks)
        # Taken and not answered. What a signal handler of the package interrupts goes on with it.
        self._batch = []
        self._was_together = False
        self._alone = None

    def is_idle(self):
        return super().is_idle() and not self._batch

    def _turn(self, service, server):
        if not self._was_together and not self._gathered(server):
            server.send_answers()
            # Also interrupted for the package's signal handlers.
            self._wake.get()
            return
        began = time.monotonic()
        if not self._was_together:
            self._was_together = True
            self._compute_together(service)
        for request in self._batch:
            if request.answer is None:
                self._compute_alone(service, request)
        self._send(server)
        self._batch = []
        self._was_together = False
        self._alone = None
        if time.monotonic() - began > SLOW_SECONDS:
            server.send_answers_first()

    def _gathered(self, server):
        """Whether there is a batch; it is filled as far as requests come."""
        # Another connection's turn.
        self._turn_ends = 0.0
        ends = None
        while len(self._batch) < self._batching.size:
            request = self._take(server)
            if request is not None:
                request.is_begun = True
                if not self._batch or self._batch[-1] is not request:
                    self._batch.append(request)
                self._current = None
                continue
            if not self._batch:
                return False
            if ends is None:
                ends = self._batch[0].connection.pipeline.seen + self._batching.wait_seconds
            left = ends - time.monotonic()
            if left <= 0:
                break
            server.send_answers()
            try:
                self._wake.get(timeout=left)
            except queue.Empty:
                break
        return True

    def _compute_together(self, service):
        """Answers those that it can; the others are left to be computed alone."""
        prepared = []
        for request in self._batch:
            try:
                data = self._data(request)
                prepared.append((request, data, service._preprocess(data)))
                self._forks.end_if_forked()
            # The edge to foreign code, as all below.
            except BaseException as exception:
                request.answer = self._failure(request, exception)
        if not prepared:
            return
        try:
            results = self._results(service, [value for _, _, value in prepared])
        except BaseException as exception:
            if len(prepared) == 1:
                prepared[0][0].answer = self._failure(prepared[0][0], exception)
                return
            self._forks.end_if_forked(exception)
            self._log.error("the package failed on %d requests together, each is tried alone" % len(prepared), as_the_author_sees(exception))
            return
        for (request, data, _), result in zip(prepared, results):
            self._finish(service, request, data, result)

    def _compute_alone(self, service, request):
        if self._alone is request:
            request.answer = self._interrupted()
            return
        self._alone = request
        try:
            data = self._data(request)
            results = self._results(service, [service._preprocess(data)])
        except BaseException as exception:
            request.answer = self._failure(request, exception)
            return
        self._finish(service, request, data, results[0])

    def _results(self, service, values):
        results = service._inference_batch(values)
        self._forks.end_if_forked()
        # A table of pandas has a length, and its columns as elements.
        if isinstance(results, (str, bytes, dict)) or not hasattr(results, "__len__") or hasattr(results, "iloc"):
            found = "a %s" % type(results).__name__
        elif len(results) != len(values):
            found = "%d" % len(results)
        else:
            return list(results)
        raise WrongNumberOfResults("_inference_batch must return a list with one result for each request, expected %d, found %s" % (len(values), found))

    def _finish(self, service, request, data, result):
        try:
            value = service._postprocess(result)
            self._forks.end_if_forked()
            request.answer = answers.result(value, self._package.style, data)
        except BaseException as exception:
            request.answer = self._failure(request, exception)

    def _send(self, server):
        draining = {request.connection.pipeline: request for request in self._batch if request.connection.pipeline.is_draining}
        for pipeline, last in draining.items():
            last.is_last = True
            pipeline.waiting.clear()
        for request in self._batch:
            server.answer(request)
