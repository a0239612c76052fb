"""The checks of an image's server: whether it has started, may be called, and is alive. Each runs in a process of its own, so that nothing
that the server does holds the shim up.

First the shim learns the certificate, where the server has one; it counts from then on. Then the start-up check has to succeed, before any
other runs; then the readiness check, and then the instance is ready. A start-up or liveness check that fails too often ends it; a readiness
check that fails too often takes it out of use until it succeeds again.
"""

import hashlib
import os
import re
import resource
import signal
import socket
import time

from _slipway_shim import linux

_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[ \r\n]")
_LONGEST_RESULT = 4096
_LONGEST_HEAD = 8192
_PIN = "pin"
_PIN_SECONDS = 5
# A server may say something else than TLS while it starts, but not again and again.
_MOST_WITHOUT_TLS = 3
_NO_HTTPS = 'the server does not speak HTTPS, which is the default for images: write "protocol": "http" in config.json if it speaks HTTP'
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_NAMESPACES = ("user", "net", "ipc", "uts", "cgroup", "pid", "mnt")


class Failed(Exception):
    """The check failed; the message says how."""


class Checks:
    """`run` is called at each turn of the shim's loop, and says what is so since then as pairs of a word and a text:

    ("pinned", fingerprint), ("ready", ""), ("dead", cause), ("refused", cause), ("readmitted", ""), ("failed", what one check found)
    """

    def __init__(self, image, sandbox, spec, environment):
        self._image = image
        self._sandbox = sandbox
        self._spec = spec
        self._environment = environment
        self._pid = None
        self._path = spec.socket
        self._fingerprint = None
        self._began = time.monotonic()
        self._stage = None
        self._is_ready = False
        self._is_refused = False
        self._running = {}
        self._next = {}
        self._failures = {}
        self.last = {}

    def opened(self, pid):
        """The server takes connections; `pid` is process 1 of its sandbox."""
        self._pid = pid
        self._enter("certificate" if self._image.has_tls else "startup")

    def moved(self, path):
        """The instance's socket has another name now."""
        self._path = path

    def descriptors(self):
        return [pipe for _, pipe, _, _ in self._running.values()]

    def close(self):
        for pid, pipe, _, _ in self._running.values():
            _kill(pid)
            os.close(pipe)
        self._running = {}

    def soonest(self):
        """When something is to be done next, on the monotonic clock; None if nothing is."""
        times = [deadline for _, _, deadline, _ in self._running.values()]
        times += [at for kind, at in self._next.items() if kind not in self._running]
        return min(times, default=None)

    def _enter(self, stage):
        self._stage = stage
        if stage == "certificate":
            self._next = {_PIN: time.monotonic()}
        elif stage == "startup":
            self._next = self._due("startup")
            if not self._next:
                self._enter("running")
        else:
            self._next = {**self._due("readiness"), **self._due("liveness")}

    def _due(self, kind):
        check = self._image.checks.get(kind)
        return {} if check is None else {kind: max(time.monotonic(), self._began + check.delay)}

    def run(self):
        said = []
        if self._stage is None:
            return said
        for kind in list(self._running):
            self._finish(kind, said)
        if self._stage == "running" and not self._is_ready and "readiness" not in self._image.checks:
            self._is_ready = True
            said.append(("ready", ""))
        now = time.monotonic()
        for kind, at in list(self._next.items()):
            if now >= at and kind not in self._running:
                self._start(kind, now)
        return said

    def _start(self, kind, now):
        check = self._image.checks.get(kind)
        within = _PIN_SECONDS if kind == _PIN else check.within
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            _child(lambda: self._check(kind, check, within), write)
        os.close(write)
        os.set_blocking(read, False)
        self._running[kind] = (pid, read, now + within, now)

    def _finish(self, kind, said):
        pid, pipe, deadline, began = self._running[kind]
        late = time.monotonic() >= deadline
        try:
            text = os.read(pipe, _LONGEST_RESULT)
        except BlockingIOError:
            if not late:
                return
            text = b"-no answer in %d s" % round(deadline - began)
        del self._running[kind]
        os.close(pipe)
        _kill(pid)
        word, what = text[:1], text[1:].decode("utf-8", "replace")
        every = 1 if kind == _PIN else self._image.checks[kind].every
        self._next[kind] = began + max(every, 0)
        if word == b"+":
            self._failures[kind] = 0
            self.last.pop(kind, None)
            self._succeeded(kind, what, said)
        else:
            self._failures[kind] = self._failures.get(kind, 0) + 1
            found = what or "it ended without a word"
            if self.last.get(kind) != found:
                said.append(("failed", "%s check: %s" % (_NAMES[kind], found)))
            self.last[kind] = found
            self._failed(kind, said)

    def _succeeded(self, kind, what, said):
        if kind == _PIN:
            self._fingerprint = what
            said.append(("pinned", what))
            self._enter("startup")
        elif kind == "startup":
            self._enter("running")
        elif kind == "readiness" and not self._is_ready:
            self._is_ready = True
            said.append(("ready", ""))
        elif kind == "readiness" and self._is_refused:
            self._is_refused = False
            said.append(("readmitted", ""))

    def _failed(self, kind, said):
        if kind == _PIN:
            if self._failures[_PIN] >= _MOST_WITHOUT_TLS and self.last[_PIN] == _NO_HTTPS:
                said.append(("dead", _NO_HTTPS))
            return
        if self._failures[kind] < self._image.checks[kind].failures:
            return
        cause = "its %s check failed %d times in a row: %s" % (_NAMES[kind], self._failures[kind], self.last[kind])
        if kind != "readiness":
            said.append(("dead", cause))
        elif self._is_ready and not self._is_refused:
            self._is_refused = True
            said.append(("refused", cause))

    def why_not_ready(self):
        """What the last checks found, for a start that takes too long; empty if they found nothing wrong."""
        return "; ".join("%s check: %s" % (_NAMES[kind], text) for kind, text in sorted(self.last.items()))

    def _check(self, kind, check, within):
        if kind == _PIN:
            return self._pin(within)
        if check.command is not None:
            return self._execute(check.command)
        return self._request(check.path, within)

    def _connect(self, within):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(within)
        connection.connect(self._path)
        return connection

    def _secured(self, connection):
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            secured = context.wrap_socket(connection)
        except ssl.SSLError as failure:
            if failure.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
                raise Failed(_NO_HTTPS) from None
            raise
        return secured, hashlib.sha256(secured.getpeercert(True)).hexdigest()

    def _pin(self, within):
        return self._secured(self._connect(within))[1]

    def _request(self, path, within):
        connection = self._connect(within)
        if self._image.has_tls:
            connection, found = self._secured(connection)
            if found != self._fingerprint:
                raise Failed("its certificate has SHA-256 %s, and had %s before" % (found, self._fingerprint))
        text = "GET %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: slipway-check\r\nAccept: */*\r\nConnection: close\r\n\r\n" % path
        connection.sendall(text.encode("utf-8"))
        head = b""
        while b"\n" not in head and len(head) < _LONGEST_HEAD:
            data = connection.recv(_LONGEST_HEAD)
            if not data:
                break
            head += data
        status = _STATUS.match(head)
        if not status:
            raise Failed("GET %s: the server sent no HTTP answer" % path)
        if not 200 <= int(status.group(1)) < 400:
            raise Failed("GET %s: status %s" % (path, status.group(1).decode("ascii")))
        return ""

    def _execute(self, command):
        """In the sandbox of the server, with its user, variables and folder."""
        enter(self._pid, self._sandbox.inside() if self._sandbox.user is not None else None)
        said_read, said_write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                linux.join_new_keyring()
                linux.drop_capabilities()
                linux.never_gain_privileges()
                linux.refuse_uncounted_memory()
                memory = self._spec.limits.memory_bytes
                if memory:
                    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
                empty = os.open("/dev/null", os.O_RDWR)
                os.dup2(empty, 0)
                os.dup2(said_write, 1)
                os.dup2(said_write, 2)
                os.closerange(3, 256)
                os.chdir(self._image.directory)
                os.execvpe(command[0], command, self._environment)
            except OSError as failure:
                os.write(2, ("'%s' can't be started: %s" % (command[0], failure)).encode("utf-8", "replace"))
            finally:
                os._exit(127)
        os.close(said_write)
        output = b""
        while True:
            data = os.read(said_read, _LONGEST_RESULT)
            if not data:
                break
            output = (output + data)[-_LONGEST_RESULT:]
        status = os.waitpid(pid, 0)[1]
        if status == 0:
            return ""
        lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
        how = "exit code %d" % os.WEXITSTATUS(status) if os.WIFEXITED(status) else "signal %d" % os.WTERMSIG(status)
        raise Failed("'%s': %s%s" % (" ".join(command)[:200], how, ": " + lines[-1][:300] if lines else ""))


_NAMES = {_PIN: "certificate", "startup": "start-up", "readiness": "readiness", "liveness": "liveness"}


def enter(pid, user=None):
    """Joins all namespaces of a process; children are in its pid namespace. `user`: who to be then, for root.

    Those that this process may join now come first: root may leave none of its own rights behind before.
    """
    open_ones = {name: os.open("/proc/%d/ns/%s" % (pid, name), os.O_RDONLY | os.O_CLOEXEC) for name in _NAMESPACES}
    for is_last in (False, True):
        for name in _NAMESPACES if is_last else _NAMESPACES[1:]:
            if name not in open_ones:
                continue
            try:
                linux.enter(open_ones[name])
            except OSError:
                if is_last:
                    raise
                continue
            os.close(open_ones.pop(name))
    if user is not None:
        try:
            os.setgroups([])
        except PermissionError:
            # A namespace that an ordinary user made: there are no other groups to leave.
            pass
        os.setresgid(user[1], user[1], user[1])
        os.setresuid(user[0], user[0], user[0])


def _child(check, write):
    """In the forked child: writes '+' or '-' and a text, and ends, whatever happens."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.setpgid(0, 0)
        try:
            text = "+" + (check() or "")
        except Failed as failure:
            text = "-%s" % failure
        except Exception as failure:  # noqa: BLE001
            text = "-%s" % (getattr(failure, "strerror", None) or failure or type(failure).__name__)
        os.write(write, text.encode("utf-8", "replace")[:_LONGEST_RESULT])
    finally:
        os._exit(0)


def _kill(pid):
    """Ends a check and what it started, and takes its exit code."""
    for end in (os.killpg, os.kill):
        try:
            end(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass
