"""What a forked process of a package must not share with the server: its connections, its pipes, its event loop."""

import os
import signal
import traceback

from _slipway_runtime import output


class Forks:
    """Takes the server's descriptors and signal handlers away from every process that the package forks."""

    def __init__(self):
        self._server = os.getpid()
        self._descriptors = []
        self._handlers = {}
        self._mask = None

    def take_away(self, descriptors):
        """`descriptors` is called in each forked process and returns those of the server."""
        self._descriptors.append(descriptors)

    def handle(self, number, handler):
        """Handles a signal in the server alone."""
        self._handlers[number] = handler
        signal.signal(number, handler)

    def watch(self):
        os.register_at_fork(before=self._hold, after_in_parent=self._release, after_in_child=self._clean)

    def _hold(self):
        # A signal that reaches a child before its handlers are gone would be swallowed.
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, self._handlers) if self._handlers else None

    def _release(self):
        if self._mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _clean(self):
        # Once: the child of a child may use the same numbers for files of its own.
        taken, self._descriptors = self._descriptors, []
        handlers, self._handlers = self._handlers, {}
        if taken:
            empty = os.open(os.devnull, os.O_RDWR)
            for descriptor in {one for descriptors in taken for one in descriptors()}:
                # Not closed: the objects that hold the numbers would close what the child has opened under them.
                os.dup2(empty, descriptor, inheritable=False)
            os.close(empty)
        for number, handler in handlers.items():
            if signal.getsignal(number) == handler:
                signal.signal(number, signal.SIG_DFL)
        self._release()
        self._mask = None

    def end_if_forked(self, exception=None):
        """Ends a forked process that comes back from the package's code: one server answers, not two."""
        if os.getpid() == self._server:
            return
        if exception is not None and not isinstance(exception, SystemExit):
            traceback.print_exception(type(exception), exception, exception.__traceback__)
        output.flush_streams()
        os._exit(_exit_code(exception))


def _exit_code(exception):
    if exception is None:
        return 0
    code = exception.code if isinstance(exception, SystemExit) else 1
    return code & 0xFF if isinstance(code, int) else 0 if code is None else 1
