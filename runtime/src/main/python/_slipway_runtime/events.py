"""The reports of the server to its shim: JSON lines on file descriptor 3, separate from the output of a package."""

import json
import os
import threading

FILE_DESCRIPTOR = 3


class Events:
    """Writes one line per event. Without a shim nothing is written."""

    def __init__(self, supervised):
        self._open = supervised
        self._lock = threading.Lock()
        if supervised:
            # Processes that the package starts do not inherit it.
            os.set_inheritable(FILE_DESCRIPTOR, False)

    def tell(self, event, **details):
        line = json.dumps(dict(details, event=event)) + "\n"
        with self._lock:
            if not self._open:
                return
            try:
                os.write(FILE_DESCRIPTOR, line.encode("ascii"))
            except OSError:
                # The shim is gone; end of file on the control pipe says so too and starts the drain.
                self._open = False


class Warnings:
    """What the author of a package should know and what does not keep it from being served. Each text is told once."""

    def __init__(self):
        self._told = set()
        self._listeners = []

    def listen(self, listener):
        self._listeners.append(listener)

    def warn(self, message):
        if message in self._told:
            return
        self._told.add(message)
        for listener in self._listeners:
            listener(message)


WARNINGS = Warnings()
