"""What to run, from spec.json."""

import os

from _slipway_shim.image import Image

SANDBOXES = ("auto", "bubblewrap", "namespaces", "none")
_MOST_PROCESSES = 256
_MOST_DISK_BYTES = 2 * 1024 * 1024 * 1024
_MOST_FILES = 100_000
# The limit of the kernel for the path of a Unix socket.
_LONGEST_SOCKET = 107


class Limits:
    def __init__(self, document):
        self.memory_bytes = int(_number(document, "memory_bytes", 0)) or None
        self.cpus = _number(document, "cpus", 1)
        self.processes = int(_number(document, "processes", _MOST_PROCESSES))
        self.files = int(_number(document, "files", _MOST_FILES))
        self.disk_bytes = int(_number(document, "disk_bytes", _MOST_DISK_BYTES))


class Spec:
    """Raises ValueError with the field's name for what can't be run."""

    def __init__(self, document, folder):
        self.folder = folder
        self.command = _strings(document, "command")
        self.env = document.get("env", {})
        if not isinstance(self.env, dict) or not all(isinstance(item, str) for pair in self.env.items() for item in pair):
            raise ValueError("spec.json: 'env' must be an object of strings")
        for name, value in self.env.items():
            if not name or "=" in name or "\0" in name + value:
                raise ValueError("spec.json: 'env' has a variable '%s' that no process can be given" % name)
        self.model_dir = document.get("model_dir")
        if not isinstance(self.model_dir, str) or not os.path.isdir(self.model_dir):
            raise ValueError("spec.json: 'model_dir' must be a folder, found '%s'" % self.model_dir)
        # Folders that the interpreter reads beside its own.
        self.libraries = _strings(document, "libraries") if document.get("libraries") else []
        # A folder of the model; the files that are in it at the end are kept in a folder of that name.
        self.results = document.get("results")
        if self.results is not None and (not isinstance(self.results, str) or os.path.basename(self.results) != self.results or self.results in ("", ".", "..")):
            raise ValueError("spec.json: 'results' must be the name of a folder, found %r" % self.results)
        self.limits = Limits(document.get("limits", {}))
        self.grace_seconds = _number(document, "grace_seconds", 30)
        self.lease_seconds = _number(document, "lease_seconds", 600)
        # Its owner, for readers of state.json.
        self.belongs_to = {name: document.get(name) for name in ("pool", "project", "labels")}
        self.socket = document.get("socket", self.path("s"))
        # None of what serves nobody.
        if self.socket is not None and (not isinstance(self.socket, str) or len(os.fsencode(self.socket)) > _LONGEST_SOCKET):
            raise ValueError("spec.json: 'socket' must be a path of at most %d bytes, found '%s'" % (_LONGEST_SOCKET, self.socket))
        self.log = document.get("log", self.path("log"))
        if not isinstance(self.log, str) or not os.path.isabs(self.log):
            raise ValueError("spec.json: 'log' must be an absolute path, found '%s'" % self.log)
        self.port = document.get("port")
        if self.port is not None and (isinstance(self.port, bool) or not isinstance(self.port, int) or not 1024 <= self.port <= 65535):
            raise ValueError("spec.json: 'port' must be a whole number of 1024 to 65535, found %r" % self.port)
        self.image = None if document.get("image") is None else Image(document["image"])
        self.user = document.get("user")
        self.has_network = _choice(document, "network", ("none", "host")) == "host"
        self.sandbox = _choice(document, "sandbox", SANDBOXES)
        self.requires_sandbox = document.get("require_sandbox", False) is True

    def path(self, name):
        return os.path.join(self.folder, name)


def _choice(document, name, words):
    value = document.get(name, words[0])
    if value not in words:
        raise ValueError("spec.json: '%s' must be one of %s, found '%s'" % (name, ", ".join(words), value))
    return value


def _strings(document, name):
    value = document.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise ValueError("spec.json: '%s' must be a list of strings" % name)
    return value


def _number(document, name, otherwise):
    value = document.get(name, otherwise)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0):
        raise ValueError("spec.json: '%s' must be a number of at least 0, found %r" % (name, value))
    return value
