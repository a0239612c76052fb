"""The shim beside each instance: starts it, owns its pipes, log, limits and exit code, and outlives the process that started it.

    slipway_shim.py instances/<id>/spec.json

returns as soon as the detached shim holds its lock, or finds that another one does. The folder of the spec is
the instance's folder:

    spec.json    what to run (written by the caller, 0600, it may hold secrets)
    lock         held with fcntl.lockf while the shim lives; Java's FileLock sees it
    state.json   what is so, replaced atomically at each change
    lease        touched by whoever uses the instance; the shim drains when nobody did for `lease_seconds`
    log, log.1   what the process printed, capped

Signals: SIGTERM to the shim drains the process, and kills it after the grace. When the shim itself is killed the
process reads end of file on its control pipe and drains by itself.

Standard library only, one thread: after a fork nothing may be locked, and `preexec_fn` is safe.
"""

import fcntl
import json
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time

EVENTS_DESCRIPTOR = 3
CONTROL_DESCRIPTOR = 4
LISTENER_DESCRIPTOR = 5
LOG_BYTES = 10 * 1024 * 1024
LOCK_PATIENCE_SECONDS = 1.0
SANDBOX_MODEL = "/home/mind/model"
# What libraries read of /etc. The rest of it, such as /etc/shadow, is hidden from a package.
_SETTINGS = ["/etc/" + name for name in ("alternatives", "group", "hosts", "ld.so.cache", "localtime", "mime.types", "nsswitch.conf", "passwd", "ssl")]
_LONGEST_EVENT = 64 * 1024
_TICK_SECONDS = 1.0


class Spec:
    """What to run, from spec.json. Raises ValueError with the field's name for what can't be run."""

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
        limits = document.get("limits", {})
        self.memory_bytes = _number(limits, "memory_bytes", None)
        self.cpus = int(_number(limits, "cpus", 1))
        self.grace_seconds = _number(document, "grace_seconds", 30)
        self.lease_seconds = _number(document, "lease_seconds", 600)
        # Its owner, for readers of state.json.
        self.belongs_to = {name: document.get(name) for name in ("pool", "project", "labels")}
        self.sandbox = document.get("sandbox", "auto")
        if self.sandbox not in ("auto", "off"):
            raise ValueError("spec.json: 'sandbox' must be 'auto' or 'off', found '%s'" % self.sandbox)

    def path(self, name):
        return os.path.join(self.folder, name)


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


def start_time(pid):
    """The start time of a process in clock ticks since boot, or None if there is none. With the pid it identifies a process."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    # A zombie has ended.
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def host_id():
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            with open(path, encoding="ascii") as file:
                text = file.read().strip()
        except OSError:
            continue
        if text:
            return text
    return os.uname().nodename


def boot_id():
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


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


class Sandbox:
    """How the command is started: by bubblewrap if that works, otherwise as a plain process."""

    def __init__(self, spec, bubblewrap, reason):
        self._spec = spec
        self._bubblewrap = bubblewrap
        self.reason = reason

    @staticmethod
    def choose(spec):
        if spec.sandbox == "off":
            return Sandbox(spec, None, "switched off")
        bubblewrap = shutil.which("bwrap")
        if bubblewrap is None:
            return Sandbox(spec, None, "bubblewrap is not installed")
        sandbox = Sandbox(spec, bubblewrap, None)
        # Containers often forbid new namespaces or a new /proc.
        probe = subprocess.run(
            sandbox._prefix(None) + ["--", sys.executable, "-I", "-S", "-c", ""],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            close_fds=True,
        )
        if probe.returncode == 0:
            return sandbox
        lines = probe.stderr.decode("utf-8", "replace").strip().splitlines()
        return Sandbox(spec, None, "bubblewrap does not work here: %s" % (lines[-1] if lines else "exit code %d" % probe.returncode))

    def is_used(self):
        return self._bubblewrap is not None

    def model_path(self, private_copy):
        return SANDBOX_MODEL if self.is_used() else private_copy

    def command(self, command, private_copy, descriptors):
        if not self.is_used():
            return command
        environment, info = descriptors
        words = ["--info-fd", str(info), "--args", str(environment), "--"]
        return self._prefix(private_copy) + words + command

    def environment(self, wanted):
        """The environment to start with. A user's LD_PRELOAD must not apply to bubblewrap itself, which runs outside."""
        return {"PATH": os.defpath} if self.is_used() else wanted

    def environment_file(self, wanted):
        """The variables as arguments for bubblewrap, in a file without a name, because command lines are visible to all users."""
        words = ["--clearenv"]
        for name, value in wanted.items():
            words += ["--setenv", name, value]
        descriptor = os.memfd_create("environment")
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(b"".join(os.fsencode(word) + b"\0" for word in words))
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def _prefix(self, private_copy):
        # No --die-with-parent: a killed shim would take the process with it, in the middle of its requests.
        # Pid 1 is the process itself, so that signals reach it. The network is the host's: callers come to 127.0.0.1.
        words = [self._bubblewrap, "--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-pid", "--as-pid-1"]
        words += ["--unshare-ipc", "--unshare-uts", "--hostname", "instance", "--unshare-cgroup-try", "--cap-drop", "ALL"]
        words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/var/tmp"]
        for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
            if os.path.islink(name):
                words += ["--symlink", os.readlink(name), name]
            elif os.path.isdir(name):
                words += ["--ro-bind", name, name]
        seen = set()
        for path in ["/usr", "/opt", *_SETTINGS, sys.base_prefix, sys.prefix, os.path.dirname(os.path.abspath(__file__))]:
            if path not in seen and os.path.exists(path):
                seen.add(path)
                words += ["--ro-bind", path, path]
        words += ["--dir", "/home/mind"]
        if private_copy is not None:
            words += ["--bind", private_copy, SANDBOX_MODEL, "--chdir", "/home/mind"]
        return words


class Process:
    """The process itself, outside any sandbox. With a pidfd a reused pid is never signalled."""

    def __init__(self, child, pid):
        self._child = child
        self.pid = pid
        self.start_time = start_time(pid)
        try:
            self._handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        except OSError:
            self._handle = None

    def signal(self, number):
        try:
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, number)
            elif start_time(self.pid) == self.start_time:
                os.kill(self.pid, number)
        except ProcessLookupError:
            pass

    def kill_all(self):
        """Ends it and what it started: all of a sandbox, else its process group."""
        self.signal(signal.SIGKILL)
        try:
            os.killpg(self._child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def poll(self):
        return self._child.poll()


class Shim:
    """One instance from its start to its end. Everything happens in `run`'s loop."""

    def __init__(self, spec, state, log):
        self._spec = spec
        self._state = state
        self._log = log
        self._output = self._event_pipe = None
        self._lease = Lease(spec.path("lease"), spec.lease_seconds)
        self._stopped_by = None
        self._kill_at = None
        self._control = None
        self._listener = None
        self._process = None
        self._events = b""
        self._cause = None
        self._warnings = []
        self._wake_read, wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self._terminated = False
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(signal.SIGINT, self._on_terminate)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _on_terminate(self, number, frame):
        self._terminated = True

    def run(self):
        copy = self._spec.path("package/model")
        try:
            if self._prepare(copy) and self._start(copy):
                self._serve()
        finally:
            shutil.rmtree(self._spec.path("package"), ignore_errors=True)

    def _prepare(self, copy):
        """Copies the model for this process alone, because packages write beside their files. False if stopped meanwhile."""
        shutil.rmtree(copy, ignore_errors=True)
        os.makedirs(copy, mode=0o700)
        copying = subprocess.Popen(
            ["cp", "-R", "--reflink=auto", "--no-preserve=mode,ownership", "--", os.path.join(self._spec.model_dir, "."), copy],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        while copying.poll() is None:
            self._wait([self._wake_read])
            self._look()
            if self._stopped_by is not None:
                copying.kill()
        complaint = copying.stderr.read().decode("utf-8", "replace").strip()
        copying.stderr.close()
        if self._stopped_by is not None:
            self._end(None, "stopped before it was started")
            return False
        if copying.returncode != 0:
            self._end(None, "the model can't be copied to '%s': %s" % (copy, complaint))
            return False
        return True

    def _start(self, copy):
        sandbox = Sandbox.choose(self._spec)
        values = {"{python}": sys.executable, "{model}": sandbox.model_path(copy)}
        command = [values.get(word, word) for word in self._spec.command]
        control_read, self._control = os.pipe()
        self._listener = self._listen()
        output_read, output_write = os.pipe()
        events_read, events_write = os.pipe()
        info_read, info_write = os.pipe()
        environment = self._environment(sandbox)
        given = [sandbox.environment_file(environment), info_write] if sandbox.is_used() else []
        # Descriptors 3 to 5 are kept free for this (see main), so that the child finds these there.
        os.dup2(events_write, EVENTS_DESCRIPTOR, inheritable=True)
        os.dup2(control_read, CONTROL_DESCRIPTOR, inheritable=True)
        os.dup2(self._listener.fileno(), LISTENER_DESCRIPTOR, inheritable=True)
        try:
            child = subprocess.Popen(
                sandbox.command(command, copy, given),
                stdin=subprocess.DEVNULL,
                stdout=output_write,
                stderr=output_write,
                env=sandbox.environment(environment),
                cwd=None if sandbox.is_used() else os.path.dirname(copy),
                pass_fds=[EVENTS_DESCRIPTOR, CONTROL_DESCRIPTOR, LISTENER_DESCRIPTOR, *given],
                start_new_session=True,
                preexec_fn=self._limit,
            )
        except OSError as failure:
            self._end(None, "'%s' can't be started: %s" % (command[0], failure.strerror))
            return False
        _occupy_descriptors()
        for descriptor in {control_read, output_write, events_write, info_write, *given}:
            os.close(descriptor)
        pid = _pid_inside(info_read, child.pid) if sandbox.is_used() else child.pid
        os.close(info_read)
        self._process = Process(child, pid)
        self._output = output_read
        self._event_pipe = events_read
        for descriptor in (output_read, events_read):
            os.set_blocking(descriptor, False)
        self._state.change(
            process={"pid": pid, "start_time": self._process.start_time},
            sandbox={"used": sandbox.is_used(), "reason": sandbox.reason},
        )
        self._log.say("started: pid %d, sandbox: %s" % (pid, sandbox.reason or "bubblewrap"))
        return True

    def _listen(self):
        """The socket that callers come to. Made here: its address is our word, not that of the process."""
        path = self._spec.path("s")
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1024)
        self._state.change(address="unix:" + path)
        return listener

    def _limit(self):
        signal.set_wakeup_fd(-1)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = 4096 if hard == resource.RLIM_INFINITY else min(4096, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        if self._spec.memory_bytes:
            # RLIMIT_AS would count what is only reserved; with PyTorch it does not work below 1.2 GB.
            resource.setrlimit(resource.RLIMIT_DATA, (int(self._spec.memory_bytes), int(self._spec.memory_bytes)))

    def _environment(self, sandbox):
        cores = str(max(1, self._spec.cpus))
        environment = {
            "PATH": os.pathsep.join([os.path.dirname(sys.executable), "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": "/home/mind" if sandbox.is_used() else self._spec.path("package"),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": cores,
            "OPENBLAS_NUM_THREADS": cores,
            "MKL_NUM_THREADS": cores,
            # Threads that spin while they wait take the cores of the other instances.
            "OMP_WAIT_POLICY": "PASSIVE",
        }
        environment.update(self._spec.env)
        return environment

    def _serve(self):
        sources = [self._wake_read, self._output, self._event_pipe]
        while True:
            ready = self._wait(sources)
            for descriptor in (self._event_pipe, self._output):
                if descriptor in ready and not self._read(descriptor):
                    sources.remove(descriptor)
            code = self._process.poll()
            if code is not None:
                break
            self._look()
            if self._kill_at is not None and time.monotonic() >= self._kill_at:
                self._log.say("the grace of %g s is over, killing the process" % self._spec.grace_seconds)
                self._kill_at = None
                self._process.kill_all()
        # What it started may hold the pipes open for ever: kill first, then read what is there.
        self._process.kill_all()
        for descriptor in (self._event_pipe, self._output):
            if descriptor in sources:
                while self._read(descriptor):
                    pass
        self._end(code, self._cause)

    def _wait(self, sources):
        poll = select.poll()
        for descriptor in sources:
            poll.register(descriptor, select.POLLIN | select.POLLHUP)
        timeout = _TICK_SECONDS
        if self._kill_at is not None:
            timeout = min(timeout, max(0.0, self._kill_at - time.monotonic()))
        ready = {descriptor for descriptor, _ in poll.poll(timeout * 1000)}
        if self._wake_read in ready:
            try:
                os.read(self._wake_read, 4096)
            except BlockingIOError:
                pass
        return ready

    def _look(self):
        """Starts the drain when asked to, or when the lease is over."""
        if self._stopped_by is not None:
            return
        if self._terminated:
            self._stop("signal")
        elif self._lease.is_over():
            self._stop("lease")

    def _stop(self, by):
        self._stopped_by = by
        self._kill_at = time.monotonic() + self._spec.grace_seconds
        self._log.say("draining, asked by: %s" % by)
        self._state.change(state="draining", stopped_by=by)
        if self._process is not None:
            os.close(self._control)

    def _read(self, descriptor):
        """Reads the available bytes of the pipe. False at its end, or if there are no more now."""
        try:
            data = os.read(descriptor, 64 * 1024)
        except BlockingIOError:
            return self._process.poll() is None
        if not data:
            return False
        if descriptor == self._output:
            self._log.write(data)
        else:
            self._take_events(data)
        return True

    def _take_events(self, data):
        *lines, self._events = (self._events + data).split(b"\n")
        if len(self._events) > _LONGEST_EVENT:
            self._events = b""
        for line in lines:
            try:
                event = json.loads(line)
                name = event["event"]
            except (ValueError, KeyError, TypeError):
                self._log.say("an event that is no JSON object with 'event': %r" % line[:200])
                continue
            self._take(name, event)

    def _take(self, name, event):
        if name == "ready" and self._stopped_by is None:
            self._state.change(state="ready", ready_at=time.time())
        elif name == "failed":
            self._cause = str(event.get("cause"))[:2000]
            self._state.change(state="failed", cause=self._cause)
        elif name == "draining":
            self._state.change(state="draining")
        elif name == "warning" and len(self._warnings) < 20:
            self._warnings.append(str(event.get("message"))[:500])
            self._state.change(warnings=self._warnings)

    def _end(self, code, cause):
        number = None
        if code is not None and code < 0:
            number, code = -code, None
        elif code is not None and code > 128 and self._state.fields["sandbox"]["used"]:
            # bubblewrap reports the signal of its child as a shell does.
            number, code = code - 128, None
        if cause is None and self._stopped_by is None:
            cause = self._describe(code, number)
        was_ready = "ready_at" in self._state.fields
        self._state.change(
            state="failed" if not was_ready and self._stopped_by is None else "exited",
            exit_code=code,
            signal=number,
            cause=cause,
            ended_at=time.time(),
        )
        self._log.say("ended: exit code %s, signal %s, cause: %s" % (code, number, cause))

    def _describe(self, code, number):
        when = "" if "ready_at" in self._state.fields else " before it was ready"
        how = "ended with exit code %s" % code if number is None else "was killed by %s" % _signal_name(number)
        last = self._log.last_line()
        return "the process %s%s%s" % (how, when, "; its last line: %s" % last if last else "")


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "signal %d" % number


def _pid_inside(info_read, outside):
    """The pid of the sandbox's pid 1 as the host sees it; bubblewrap's own if it died before it wrote that."""
    text = b""
    while True:
        data = os.read(info_read, 4096)
        if not data:
            break
        text += data
        try:
            return int(json.loads(text)["child-pid"])
        except ValueError:
            continue
    return outside


def _occupy_descriptors():
    """Descriptors 3 to 5 are nothing, so that no file of ours gets these numbers."""
    given = (EVENTS_DESCRIPTOR, CONTROL_DESCRIPTOR, LISTENER_DESCRIPTOR)
    empty = os.open(os.devnull, os.O_RDWR)
    for descriptor in given:
        if descriptor != empty:
            os.dup2(empty, descriptor, inheritable=False)
    if empty not in given:
        os.close(empty)


def _lock(path):
    """Holds the lock for as long as this process lives. None if another shim has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    while True:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError:
            # A process that checks whether this shim lives holds it for a moment too.
            if time.monotonic() > deadline:
                os.close(descriptor)
                return None
        time.sleep(0.02)


def _detach():
    """Returns, in the detached child, the descriptor for reporting the start. The calling process ends."""
    said_read, said_write = os.pipe()
    if os.fork() > 0:
        os.close(said_write)
        answer = os.read(said_read, 4096)
        if answer in (b"started", b"another"):
            os._exit(0)
        os.write(2, answer or b"slipway_shim: died at its start\n")
        os._exit(1)
    os.close(said_read)
    os.setsid()
    empty = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(empty, descriptor)
    return said_write


def _say(descriptor, text):
    os.write(descriptor, text)
    os.close(descriptor)


def main(arguments):
    """Exit code 0: a shim lives, this one or another. 1 with a line on stderr: it can't be started. 2: wrong use."""
    if len(arguments) != 1:
        sys.stderr.write("usage: slipway_shim.py instances/<id>/spec.json\n")
        return 2
    path = os.path.abspath(arguments[0])
    folder = os.path.dirname(path)
    os.umask(0o077)
    _occupy_descriptors()
    try:
        with open(path, encoding="utf-8") as file:
            spec = Spec(json.load(file), folder)
    except (OSError, ValueError) as failure:
        sys.stderr.write("slipway_shim: %s\n" % failure)
        return 1
    said = _detach()
    if _lock(spec.path("lock")) is None:
        _say(said, b"another")
        os._exit(0)
    log = Log(spec.path("log"))
    # The edge of the detached process: without this a bug would leave no trace.
    try:
        state = State(
            spec.path("state.json"),
            id=os.path.basename(folder),
            **spec.belongs_to,
            state="starting",
            host_id=host_id(),
            boot_id=boot_id(),
            shim={"pid": os.getpid(), "start_time": start_time(os.getpid())},
            process=None,
            address=None,
            sandbox={"used": False, "reason": "not started"},
            exit_code=None,
            signal=None,
            cause=None,
            stopped_by=None,
            warnings=[],
            started_at=time.time(),
        )
        _say(said, b"started")
        Shim(spec, state, log).run()
    except Exception as failure:  # noqa: BLE001
        log.say("bug: %s: %s" % (type(failure).__name__, failure))
        raise
    finally:
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
