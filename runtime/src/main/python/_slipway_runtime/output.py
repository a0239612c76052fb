"""The standard streams of a package, and a log that works whatever a package does with them."""

import errno
import io
import logging
import os
import sys
import time

_STDERR = 2
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _LogPipe(io.FileIO):
    """A pipe to a shim that may be gone. A print in the package must not fail because of that."""

    def write(self, data):
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)


class _Lines(io.BufferedWriter):
    """Writes whole lines at once, also for a package that has detached it from its text stream."""

    def write(self, data):
        written = super().write(data)
        if b"\n" in bytes(data):
            self.flush()
        return written


class Log(logging.Handler):
    """Lines on a descriptor of its own, beside `sys.stdout`: a package may replace, detach or close that one.

    A package's records come here while it has set up no logging; then it has its own way, as in a plain script.
    """

    def __init__(self, descriptor):
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter(_FORMAT))
        self._descriptor = descriptor

    def emit(self, record):
        try:
            self._write((self.format(record) + "\n").encode("utf-8", "backslashreplace"))
        # The edge to foreign code, the arguments of a record: a line that can't be made must not fail a request.
        except Exception:
            self.handleError(record)

    def _write(self, data):
        while data:
            try:
                written = os.write(self._descriptor, data)
            except OSError as failure:
                if failure.errno != errno.EBADF or self._descriptor == _STDERR:
                    raise
                # A package has closed what it had not opened.
                self._descriptor = _STDERR
                continue
            data = data[written:]

    def handleError(self, record):  # noqa: N802 (the name is logging's)
        line = "%s ERROR slipway.runtime: a line of '%s' can't be logged\n" % (time.strftime("%Y-%m-%d %H:%M:%S"), record.name)
        try:
            self._write(line.encode("utf-8", "backslashreplace"))
        except OSError as the_reader_is_gone:
            del the_reader_is_gone

    def info(self, message):
        self._say(logging.INFO, message)

    def warning(self, message):
        self._say(logging.WARNING, message)

    def error(self, message, exception=None):
        self._say(logging.ERROR, message, None if exception is None else (type(exception), exception, exception.__traceback__))

    def _say(self, level, message, exc_info=None):
        # Not through a logger: a package may switch all of them off. Without the lock: a signal handler of the package
        # may raise before it is released.
        self.emit(logging.LogRecord("slipway.runtime", level, __file__, 0, message, (), exc_info))


def open_streams():
    """Sets `sys.stdout` and `sys.stderr`; returns the log."""
    log = Log(os.dup(1))
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        raw = _LogPipe(descriptor, "w", closefd=False)
        # A line at a time, and a write of nothing else between: prints of the package keep their order.
        stream = io.TextIOWrapper(_Lines(raw, 64 * 1024), encoding="utf-8", errors="backslashreplace", line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)
    # Not a handler of the root logger: with one, logging.basicConfig() of a package would do nothing.
    logging.lastResort = log
    logging.getLogger().setLevel(logging.INFO)
    return log


def flush_streams():
    """Writes out what the package has left in its streams, where they still are streams."""
    for stream in {sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__}:
        try:
            stream.flush()
        # The edge to foreign code: a package may have put anything there.
        except Exception as no_stream:
            del no_stream
