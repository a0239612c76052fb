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
                # The shim is gone; end of file on stdin says so too and starts the drain.
                self._open = False
