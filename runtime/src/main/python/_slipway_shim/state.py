"""What the shim tells through files: its state, the log of its process, and the lease that it watches."""

import json
import os
import time

LOG_BYTES = 10 * 1024 * 1024


class State:
    """state.json: a reader sees a complete version, also after a power cut."""

    def __init__(self, path, **fields):
        self._path = path
        self.fields = fields
        self._write()

    def change(self, **fields):
        self.fields.update(fields)
        self._write()

    def _write(self):
        self.fields["updated_at"] = time.time()
        draft = self._path + ".new"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, (json.dumps(self.fields) + "\n").encode("ascii"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(draft, self._path)


class Log:
    """Appends to `log`; a full one becomes `log.1`. Keeps the last line for the cause of an early exit."""

    def __init__(self, path):
        self._path = path
        self._descriptor = None
        self._size = 0
        self._tail = b""
        self._open()

    def _open(self):
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._descriptor).st_size

    def write(self, data):
        self._tail = (self._tail + data)[-2000:]
        if self._size + len(data) > LOG_BYTES:
            os.close(self._descriptor)
            os.replace(self._path, self._path + ".1")
            self._open()
        try:
            self._size += os.write(self._descriptor, data)
        except OSError:
            # A full disk costs log lines, not the instance.
            pass

    def say(self, message):
        self.write(("shim: %s\n" % message).encode("utf-8", "backslashreplace"))

    def last_line(self):
        lines = [line.strip() for line in self._tail.decode("utf-8", "replace").splitlines()]
        lines = [line for line in lines if line and not line.startswith("shim:")]
        return lines[-1][:500] if lines else ""


class Lease:
    """Counts from the last observed touch, on the monotonic clock, so that a changed clock or a suspended machine does not end it."""

    def __init__(self, path, seconds):
        self._path = path
        self._seconds = seconds
        self._touched = self._read()
        self._seen = time.monotonic()

    def _read(self):
        try:
            return os.stat(self._path).st_mtime_ns
        except OSError:
            return None

    def is_over(self):
        touched = self._read()
        if touched != self._touched and touched is not None:
            self._touched = touched
            self._seen = time.monotonic()
        return time.monotonic() - self._seen > self._seconds
