"""An instance that is a container image: what of it the shim needs, from spec.json."""

import os

_LONGEST_CHECK_SECONDS = 2147483647


class Image:
    """`root` is its root file system, which instances share and none writes; `user` its own user and group, as it sees them.

    Its server listens on `port`, with TLS or without. `checks` has Check by their kinds.
    """

    def __init__(self, document):
        self.root = document.get("root")
        if not isinstance(self.root, str) or not os.path.isdir(self.root):
            raise ValueError("spec.json: 'image.root' must be a folder, found '%s'" % self.root)
        self.user = (_whole(document, "uid", 0, 0), _whole(document, "gid", 0, 0))
        self.directory = document.get("directory") or "/"
        if not isinstance(self.directory, str) or not self.directory.startswith("/"):
            raise ValueError("spec.json: 'image.directory' must be an absolute path, found '%s'" % self.directory)
        self.port = _whole(document, "port", None, 1)
        self.has_tls = document.get("tls") is True
        self.checks = {kind: Check(kind, one) for kind, one in document.get("checks", {}).items() if one is not None}

    def links_below(self, path):
        """Whether a part of the path is a link of the image: then nothing is made there, since it may lead out of it."""
        at = self.root
        for name in path.strip("/").split("/"):
            at = os.path.join(at, name)
            if os.path.islink(at):
                return True
        return False

    def has(self, path):
        return os.path.lexists(os.path.join(self.root, path.lstrip("/")))


class Check:
    """A request of `path`, with TLS or without, or a `command`; times in seconds."""

    def __init__(self, kind, document):
        self.kind = kind
        self.path = document.get("path")
        self.command = document.get("command")
        if (self.path is None) == (self.command is None):
            raise ValueError("spec.json: check '%s' must have either 'path' or 'command'" % kind)
        self.delay = _whole(document, "delay", 0, 0)
        self.every = _whole(document, "every", 10, 1)
        self.within = _whole(document, "within", 1, 1)
        self.failures = _whole(document, "failures", 3, 1)


def _whole(document, name, otherwise, least):
    value = document.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LONGEST_CHECK_SECONDS:
        raise ValueError("spec.json: '%s' must be a whole number of at least %d, found %r" % (name, least, value))
    return value
