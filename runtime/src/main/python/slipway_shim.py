"""The shim beside each instance: starts it, owns its pipes, log, limits and exit code, and outlives the process that started it.

    slipway_shim.py instances/<id>/spec.json

(`--check <JSON object>` only prints which sandbox an instance would get) returns as soon as the detached shim holds its lock, or finds that another one does. The folder of the spec is
the instance's folder:

    spec.json    what to run (written by the caller, 0600, it may hold secrets)
    lock         held with fcntl.lockf while the shim lives; Java's FileLock sees it
    state.json   what is so, replaced atomically at each change
    lease        touched by whoever uses the instance; the shim drains when nobody did for `lease_seconds`
    log, log.1   what the process printed, capped, unless the spec names another path

    s            the socket where the process listens, unless the spec names another path
    environment  the variables of the process, as in /proc/<pid>/environ
    package      the process's own copy of the model, or what it wrote above the model's files, see layers.py
    <results>    after its end, what it has left in the folder of the model that the spec calls so

The process gets three descriptors: 3, a pipe for its events; 4, the control pipe, whose end asks it to drain; 5, the socket.
A server that can't be handed a socket listens on 127.0.0.1 at the spec's `port`; `relay.py` takes the descriptors and carries the socket there.
For a container image (`image`, see image.py) the relay runs beside the sandbox, and the process gets no descriptor.
The first line on the control pipe, {"secret": ...}, gives it what each request must carry where it has no sandbox, else null.

Signals: SIGTERM to the shim drains the process, and kills it after the grace. When the shim itself is killed the
process reads the end of its control pipe and drains by itself.

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
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from _slipway_shim import layers, linux, sandbox, view  # noqa: E402
from _slipway_shim.checks import Checks  # noqa: E402
from _slipway_shim.groups import ControlGroups  # noqa: E402
from _slipway_shim.processes import Process, boot_id, host_id, start_time  # noqa: E402
from _slipway_shim.sandbox import CannotRun, Sandbox  # noqa: E402
from _slipway_shim.spec import Spec  # noqa: E402
from _slipway_shim.state import Lease, Log, State  # noqa: E402
from _slipway_shim.watchdog import Watchdog  # noqa: E402

EVENTS_DESCRIPTOR = 3
CONTROL_DESCRIPTOR = 4
SOCKET_DESCRIPTOR = 5
_GIVEN = (EVENTS_DESCRIPTOR, CONTROL_DESCRIPTOR, SOCKET_DESCRIPTOR)
_LOCK_LIMIT_SECONDS = 1.0
_BACKLOG = 1024
_LONGEST_EVENT = 16 * 1024
# Also those in its texts.
_MOST_BRACKETS = 400
_TICK_SECONDS = 1.0
# The exit code by which the runtime says so (EXIT_DESCRIPTORS_CLOSED there).
_DESCRIPTORS_CLOSED = 71
# Of a socket that nobody is to find for a while.
_ASIDE = "-"
_ROOT = os.path.dirname(os.path.abspath(__file__))
_RELAY = os.path.join(_ROOT, "_slipway_shim", "relay.py")


class Shim:
    """One instance from its start to its end. Everything happens in `run`'s loop.

    What the process says is a hint: that it is ready, why it failed, what it warns of. Where it listens and whether it drains is
    this shim's word alone.
    """

    def __init__(self, spec, state, log):
        self._spec = spec
        self._state = state
        self._log = log
        self._output = self._event_pipe = None
        self._lease = Lease(spec.path("lease"), spec.lease_seconds)
        self._stopped_by = None
        self._kill_at = None
        self._control = None
        self._process = None
        self._watchdog = None
        self._relay = None
        self._checks = None
        self._groups = ControlGroups([], "none")
        self._address = None
        self._tasks_are_limited = False
        self._events = b""
        self._cause = None
        self._warnings = []
        self._package = spec.path("package")
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
        try:
            layers.remove(self._package)
            os.makedirs(self._package, mode=0o700)
            chosen = Sandbox.choose(self._spec, self._package)
            # What a trial has left there is not of the instance.
            layers.remove(self._package)
            os.makedirs(self._package, mode=0o700)
            if not chosen.is_used() and chosen.user is not None:
                self._move_to_where_it_is_reached(chosen.user)
                chosen.layers = chosen.layers.moved(self._package)
            self._state.change(package=self._package)
            if self._prepare(chosen) and self._start(chosen):
                self._serve()
        except CannotRun as failure:
            self._end(None, str(failure))
        except Exception as bug:
            # Nobody would hold its process to anything from here on.
            if self._process is not None:
                self._process.kill_all()
            self._end(None, "the shim of the instance failed: %s: %s" % (type(bug).__name__, bug))
            raise
        finally:
            if self._checks is not None:
                self._checks.close()
            if self._relay is not None:
                self._relay.kill()
                self._relay.wait()
            layers.remove(self._package)
            self._groups.remove(os.path.dirname(self._spec.folder))
            if self._spec.socket is not None:
                _unlink(self._spec.socket)
                _unlink(self._spec.socket + _ASIDE)

    def _move_to_where_it_is_reached(self, user):
        """Without a mount namespace another user can reach nothing below the folder of an installation by root."""
        layers.remove(self._package)
        self._package = tempfile.mkdtemp(prefix="slipway-", dir="/var/tmp")
        # Its user may go through it, and change nothing but the model.
        os.chown(self._package, -1, user.gid)
        os.chmod(self._package, 0o710)
        runtime = os.path.join(self._package, "runtime")
        shutil.copytree(_ROOT, runtime, ignore=shutil.ignore_patterns("__pycache__"))
        for path, _, files in os.walk(runtime):
            os.chmod(path, 0o755)
            for name in files:
                os.chmod(os.path.join(path, name), 0o644)

    def _prepare(self, chosen):
        """Makes the model's files writable for this process alone, because packages write beside them. False if stopped meanwhile."""
        files = chosen.layers
        files.make(chosen.user)
        if files.kind == layers.OVERLAY:
            if chosen.user is not None:
                files.give_lowers(chosen.user)
            return True
        kept = "--no-preserve=mode,ownership" if self._spec.image is None else "--preserve=mode,timestamps,links"
        for lower in reversed(files.lowers):
            words = ["cp", "-R", "-P", "--reflink=auto", kept, "--", os.path.join(lower, "."), files.copy]
            if not self._complete(words, "the model can't be copied to '%s'" % files.copy):
                return False
        if chosen.user is None:
            return True
        owner = "%d:%d" % (chosen.user.uid, chosen.user.gid)
        return self._complete(["chown", "-R", "-h", owner, "--", files.copy], "'%s' can't be given to its user" % files.copy)

    def _complete(self, command, what):
        """Runs a command to its end; false, with the end of this instance told, if it failed or a stop came."""
        running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while running.poll() is None:
            self._wait([self._wake_read])
            self._check_stop()
            if self._stopped_by is not None:
                running.kill()
        complaint = running.stderr.read().decode("utf-8", "replace").strip()
        running.stderr.close()
        if self._stopped_by is not None:
            self._end(None, "stopped before it was started")
            return False
        if running.returncode != 0:
            self._end(None, "%s: %s" % (what, complaint))
            return False
        return True

    def _start(self, chosen):
        environment = self._environment(chosen)
        _write_privately(self._spec.path("environment"), b"".join(os.fsencode("%s=%s" % pair) + b"\0" for pair in environment.items()))
        command = self._command(chosen)
        self._groups = ControlGroups.make(self._spec.folder, self._spec.limits)
        output_read, output_write = os.pipe()
        events_read, events_write = os.pipe()
        control_read, self._control = os.pipe()
        info_read, info_write = os.pipe()
        secret = None if chosen.is_used() else os.urandom(16).hex()
        if self._spec.socket is not None:
            self._address = "unix:%s%s" % (self._spec.socket, "" if secret is None else "#secret=" + secret)
        os.write(self._control, (json.dumps({"secret": secret}) + "\n").encode("ascii"))
        listener = _listen(self._spec.socket)
        files = []
        given = _GIVEN if self._spec.image is None else ()
        words = chosen.words(command, environment, info_write, files, given)
        for source, descriptor in ((events_write, EVENTS_DESCRIPTOR), (control_read, CONTROL_DESCRIPTOR), (listener.fileno(), SOCKET_DESCRIPTOR)):
            os.dup2(source, descriptor, inheritable=True)
        try:
            child = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output_write,
                stderr=output_write,
                env={"PATH": os.defpath} if chosen.is_used() else environment,
                cwd="/" if chosen.is_used() else self._package,
                pass_fds=[*given, *files] + ([info_write] if chosen.is_used() else []),
                start_new_session=True,
                umask=0o022,
                preexec_fn=lambda: self._limit(chosen),
            )
            # The end of what is written there is the end of who writes.
            os.close(info_write)
            info_write = None
            pid = sandbox.init_of(info_read, child.pid) if chosen.is_used() else child.pid
            if self._spec.image is not None:
                self._relay = self._start_relay(chosen, pid, output_write)
                self._checks = Checks(self._spec.image, chosen, self._spec, environment)
        except (OSError, subprocess.SubprocessError) as failure:
            self._end(None, "'%s' can't be started: %s" % (command[0], getattr(failure, "strerror", None) or failure))
            return False
        finally:
            _occupy_descriptors()
            listener.close()
            for descriptor in (output_write, events_write, control_read, info_write, info_read, *files):
                if descriptor is not None:
                    os.close(descriptor)
        self._process = Process(child, pid, chosen.is_used())
        self._sandbox = chosen
        self._watchdog = Watchdog(pid, chosen.is_used(), self._spec.limits, self._package, chosen.layers)
        self._output = output_read
        self._event_pipe = events_read
        for descriptor in (output_read, events_read):
            os.set_blocking(descriptor, False)
        self._state.change(
            process={"pid": pid, "start_time": self._process.start_time},
            sandbox={
                "used": chosen.is_used(),
                "kind": chosen.kind,
                "reason": chosen.reason,
                "limits": self._groups.said,
                "files": chosen.layers.kind,
            },
        )
        if not chosen.is_used():
            self._warn("the instance runs without a sandbox, and may read and reach all that its user may: %s" % chosen.reason)
        files = chosen.layers.kind + (" (%s)" % chosen.why_copied if chosen.why_copied else "")
        self._log.say(
            "started: pid %d, sandbox: %s%s, %s, model by %s"
            % (pid, chosen.kind, " (%s)" % chosen.reason if chosen.reason else "", self._groups.said, files)
        )
        return True

    def _start_relay(self, chosen, pid, output):
        user = "0:0" if chosen.user is None else "%d:%d" % (chosen.user.uid, chosen.user.gid)
        words = [sys.executable, "-I", "-S", _RELAY, "--beside", str(pid), user, str(self._spec.image.port)]
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={"PATH": os.defpath},
            cwd="/",
            pass_fds=_GIVEN,
            start_new_session=True,
            preexec_fn=_with_usual_signals,
        )

    def _command(self, chosen):
        values = {"{python}": sys.executable, "{model}": view.MODEL if chosen.is_used() else chosen.layers.copy}
        words = [values.get(word, word) for word in self._spec.command]
        if self._spec.port is not None:
            words = [sys.executable, "-I", "-S", _RELAY, str(self._spec.port), *words]
        if self._package == self._spec.path("package"):
            return words
        moved = os.path.join(self._package, "runtime")
        return [moved + word[len(_ROOT) :] if word.startswith(_ROOT + "/") else word for word in words]

    def _limit(self, chosen):
        """In the child, before the command or what makes its sandbox."""
        _with_usual_signals()
        self._groups.enter()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = 4096 if hard == resource.RLIM_INFINITY else min(4096, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        memory = self._spec.limits.memory_bytes
        if memory:
            # RLIMIT_AS would count what is only reserved; with PyTorch it does not work below 1.2 GB.
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        if not chosen.is_used():
            sandbox.prepare_plain(chosen.user)

    def _environment(self, chosen):
        cores = str(max(1, int(self._spec.limits.cpus)))
        environment = {
            "PATH": os.pathsep.join([os.path.dirname(sys.executable), "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": view.HOME if chosen.is_used() else self._package,
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": cores,
            "OPENBLAS_NUM_THREADS": cores,
            "MKL_NUM_THREADS": cores,
            # Threads that spin while they wait take the cores of the other instances.
            "OMP_WAIT_POLICY": "PASSIVE",
        }
        if self._spec.image is not None:
            # Those of the image are part of the spec's.
            del environment["HOME"], environment["PATH"], environment["LANG"]
        environment.update(self._spec.env)
        if not chosen.is_used():
            # By which its processes are found when this shim was killed.
            environment["SLIPWAY_INSTANCE"] = os.path.basename(self._spec.folder)
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
            self._check_stop()
            self._check_limits()
            self._check_server()
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
        if self._spec.results is not None:
            self._sandbox.layers.take(self._spec.results, self._spec.path(self._spec.results))
        self._end(code, self._cause)

    def _wait(self, sources):
        poll = select.poll()
        for descriptor in sources:
            poll.register(descriptor, select.POLLIN | select.POLLHUP)
        timeout = _TICK_SECONDS
        soonest = None if self._checks is None else self._checks.soonest()
        for at in (self._kill_at, soonest):
            if at is not None:
                timeout = min(timeout, max(0.0, at - time.monotonic()))
        if self._checks is not None:
            for descriptor in self._checks.descriptors():
                poll.register(descriptor, select.POLLIN | select.POLLHUP)
        ready = {descriptor for descriptor, _ in poll.poll(timeout * 1000)}
        if self._wake_read in ready:
            try:
                os.read(self._wake_read, 4096)
            except BlockingIOError:
                pass
        return ready

    def _check_stop(self):
        """Starts the drain when asked to, or when the lease is over."""
        if self._stopped_by is not None:
            return
        if self._terminated:
            self._stop("signal")
        elif self._lease.is_over():
            self._stop("lease")

    def _check_limits(self):
        if not self._tasks_are_limited and self._sandbox.is_used():
            first = sandbox.first_in(self._process.pid)
            if first is not None:
                self._sandbox.limit_tasks(first, self._spec.limits)
                self._tasks_are_limited = True
        over = self._watchdog.complaint()
        if over is not None:
            self._cause = "the instance was ended: %s" % over
            self._log.say(self._cause)
            self._process.kill_all()

    def _check_server(self):
        """What the checks of an image's server have found."""
        if self._checks is None or self._stopped_by is not None:
            return
        if self._relay.poll() is not None and self._process.poll() is None:
            self._end_server("its relay has ended with exit code %s" % self._relay.returncode)
            return
        for word, text in self._checks.run():
            if word == "pinned":
                self._address = "unix:%s#sha256=%s" % (self._spec.socket, text)
                self._log.say("its certificate has SHA-256 %s" % text)
            elif word == "ready":
                self._state.change(state="ready", address=self._address, ready_at=time.time())
            elif word == "failed":
                self._log.say(text)
            elif word == "dead":
                self._end_server(text)
                return
            elif word == "refused":
                self._take_out_of_use(text)
            else:
                self._take_into_use()

    def _end_server(self, cause):
        self._cause = "the instance was ended: %s" % cause
        self._log.say(self._cause)
        self._checks.close()
        self._checks = None
        self._process.kill_all()

    def _take_out_of_use(self, cause):
        """Nobody finds the socket any more, and connections that nobody waits on are closed."""
        self._log.say("out of use: %s" % cause)
        os.rename(self._spec.socket, self._spec.socket + _ASIDE)
        self._checks.moved(self._spec.socket + _ASIDE)
        self._relay.send_signal(signal.SIGUSR1)
        self._state.change(refuses=cause)

    def _take_into_use(self):
        self._log.say("in use again")
        os.rename(self._spec.socket + _ASIDE, self._spec.socket)
        self._checks.moved(self._spec.socket)
        self._state.change(refuses=None)

    def _stop(self, by):
        self._stopped_by = by
        self._kill_at = time.monotonic() + self._spec.grace_seconds
        self._log.say("draining, asked by: %s" % by)
        self._state.change(state="draining", stopped_by=by)
        if self._control is not None:
            os.close(self._control)
            self._control = None

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
                event = self._event(line)
                name = event["event"]
            except (ValueError, KeyError, TypeError):
                self._log.say("an event that is no flat JSON object with 'event' of at most %d bytes: %r" % (_LONGEST_EVENT, line[:200]))
                continue
            self._take(name, event)

    @staticmethod
    def _event(line):
        """Nothing nested: a parser that recurses is ended by what a package writes."""
        if len(line) > _LONGEST_EVENT or line.count(b"{") + line.count(b"[") > _MOST_BRACKETS:
            raise ValueError
        return json.loads(line)

    def _take(self, name, event):
        if name == "ready" and self._checks is not None:
            self._checks.opened(self._process.pid)
        elif name == "ready" and self._stopped_by is None and "ready_at" not in self._state.fields:
            self._state.change(state="ready", address=self._address, ready_at=time.time())
        elif name == "failed" and self._cause is None and "ready_at" not in self._state.fields:
            # The runtime says it of a package that can't be loaded, so never of one that serves: then it is the package itself.
            self._cause = _plain(event.get("cause"))[:2000]
            self._state.change(state="failed", cause=self._cause)
        elif name == "warning":
            self._warn(_plain(event.get("message")))

    def _warn(self, message):
        if len(self._warnings) < 20 and message[:500] not in self._warnings:
            self._warnings.append(message[:500])
            self._state.change(warnings=self._warnings)

    def _end(self, code, cause):
        number = None
        if code is not None and code < 0:
            number, code = -code, None
        elif code is not None and code > 128 and self._state.fields["sandbox"]["used"]:
            # The init of a sandbox reports the signal of its child as a shell does.
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
        how = "exit code %s" % code if number is None else "signal %s" % number
        if code is None and number is None:
            how = "exit code unknown"
        self._log.say("ended: %s%s" % (how, ", cause: %s" % cause if cause else ""))

    def _describe(self, code, number):
        when = "" if "ready_at" in self._state.fields else " before it was ready"
        memory = self._spec.limits.memory_bytes
        if number == signal.SIGKILL and memory and self._groups.ended_for_memory():
            limit, most = memory >> 20, self._groups.most_memory()
            held = "" if most is None else ", the kernel ended it when it held %d MB" % (most >> 20)
            return "the instance was ended%s: it needed more than the %d MB of memory of its specification%s" % (when, limit, held)
        if code == _DESCRIPTORS_CLOSED:
            return "the package has closed descriptors that it had not opened%s, and its server could not go on" % when
        how = "ended with exit code %s" % code if number is None else "was killed by %s" % _signal_name(number)
        checks = "" if self._checks is None or when == "" else self._checks.why_not_ready()
        if checks:
            return "the process %s%s; %s" % (how, when, checks)
        last = self._log.last_line()
        return "the process %s%s%s" % (how, when, "; its last line: %s" % last if last else "")


def _with_usual_signals():
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "signal %d" % number


def _occupy_descriptors():
    """Nothing else may get one of the numbers under which the process finds what it is given."""
    empty = os.open(os.devnull, os.O_RDWR)
    for number in _GIVEN:
        if empty != number:
            os.dup2(empty, number, inheritable=False)
    if empty not in _GIVEN:
        os.close(empty)


def _listen(path):
    """What listens there; without a path, a file that says nothing."""
    if path is None:
        return open(os.devnull, "rb")
    _unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(_BACKLOG)
    return listener


def _unlink(path):
    try:
        os.unlink(path)
    except OSError:
        # It was never made, or its folder is gone.
        pass


def _write_privately(path, data):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _lock(path):
    """Holds the lock for as long as this process lives. None if another shim has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _LOCK_LIMIT_SECONDS
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


def _plain(text):
    """What a package says, without what a terminal obeys or a database refuses."""
    return "".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in str(text))


def _say(descriptor, text):
    os.write(descriptor, text)
    os.close(descriptor)


def _check(wanted):
    """Prints the sandbox that an instance would get here, as one JSON object."""
    folder = tempfile.mkdtemp(prefix="slipway-check-")
    try:
        model = os.path.join(folder, "below")
        os.mkdir(model)
        spec = Spec(dict(json.loads(wanted), command=["{python}"], model_dir=model), folder)
        groups = ControlGroups.make(os.path.join(folder, "check-%d" % os.getpid()), spec.limits)
        groups.remove(folder)
        try:
            chosen = Sandbox.choose(spec, folder)
        except CannotRun as failure:
            answer = {"kind": None, "reason": str(failure), "limits": groups.said}
        else:
            answer = {"kind": chosen.kind, "reason": chosen.reason, "limits": groups.said}
    finally:
        layers.remove(folder)
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def main(arguments):
    """Exit code 0: a shim lives, this one or another. 1 with a line on stderr: it can't be started. 2: wrong use."""
    if len(arguments) == 2 and arguments[0] == "--check":
        return _check(arguments[1])
    if len(arguments) != 1:
        sys.stderr.write("usage: slipway_shim.py instances/<id>/spec.json | --check <wanted>\n")
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
    log = Log(spec.log)
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
            sandbox={"used": False, "kind": None, "reason": "not started", "limits": None, "files": None},
            exit_code=None,
            signal=None,
            cause=None,
            stopped_by=None,
            refuses=None,
            warnings=[],
            started_at=time.time(),
        )
        _say(said, b"started")
        linux.adopt_orphans()
        Shim(spec, state, log).run()
    except Exception as failure:  # noqa: BLE001
        log.say("bug: %s: %s" % (type(failure).__name__, failure))
        raise
    finally:
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
