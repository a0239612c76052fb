"""How the command of an instance is started: by bubblewrap, else in namespaces that we make, else as a plain process."""

import json
import os
import pwd
import shutil
import subprocess
import sys

from _slipway_shim import linux, namespaces, processes, view
from _slipway_shim.layers import COPY, OVERLAY, Layers

BUBBLEWRAP = "bubblewrap"
NAMESPACES = "namespaces"
NONE = "none"

_ENTER = os.path.abspath(namespaces.__file__)
_PROBE_SECONDS = 20
# More would be the threads of all its processes.
_TASKS_PER_PROCESS = 16


class CannotRun(Exception):
    """The instance can't be started here; the message says why and what to do."""


class User:
    """As whom a model runs when this process is root."""

    def __init__(self, uid, gid):
        self.uid = uid
        self.gid = gid

    @staticmethod
    def of(name):
        """None for a process that is not root: then it is this user."""
        if os.geteuid() != 0:
            return None
        try:
            entry = pwd.getpwnam(name or "nobody")
        except KeyError:
            raise CannotRun(
                "Slipway runs as root and models do not, but there is no user '%s' on this machine: create it, or name another as 'models.user'"
                % (name or "nobody")
            ) from None
        if entry.pw_uid == 0:
            raise CannotRun("Slipway runs as root and models do not, but user '%s' is root: name another as 'models.user'" % name)
        return User(entry.pw_uid, entry.pw_gid)


class Sandbox:
    """One way to start it. `kind` is BUBBLEWRAP, NAMESPACES or NONE; `reason` says why it is not a better one.

    `layers` are its files; `why_copied` says why they are not an overlay, where the sandbox could have one.
    """

    def __init__(self, spec, kind, layers, reason=None):
        self._spec = spec
        self.kind = kind
        self.layers = layers
        self.reason = reason
        self.why_copied = None
        self.user = User.of(spec.user)
        self.image = None

    @staticmethod
    def choose(spec, folder):
        """The best that works here, tried with the very parts and interpreter of the instance, whose own files go into the folder.

        Raises CannotRun.
        """
        image = spec.image
        if image is not None:
            for place in view.PLACES_OF_IMAGES:
                if image.links_below(place):
                    raise CannotRun("the image has a link at '%s', where an instance has files of its own: build it without" % place)
        reasons = []
        for kind in (BUBBLEWRAP, NAMESPACES) if spec.sandbox == "auto" else (spec.sandbox,):
            if kind == NONE:
                reasons.append("switched off")
                continue
            why_copied = None
            for files in (OVERLAY, COPY):
                found = Sandbox(spec, kind, Layers([spec.model_dir], folder, view.MODEL, files), "; ".join(reasons) or None)
                why_not = found.why_not()
                if why_not is None:
                    found.why_copied = why_copied
                    if image is not None:
                        # Tried with an interpreter that the image need not have: now with the image as the root.
                        found.image = image
                        found.layers = Layers([image.root], folder, "/", files)
                    return found
                why_copied = why_not
                if kind == BUBBLEWRAP and _bubblewrap() is None:
                    break
            reasons.append(why_not)
        reason = "; ".join(reasons)
        if spec.requires_sandbox or spec.sandbox in (BUBBLEWRAP, NAMESPACES):
            raise CannotRun("no sandbox works on this machine, and 'require-sandbox' is set: %s" % reason)
        if image is not None:
            raise CannotRun("a container image runs in a sandbox only, and none works on this machine (%s): apt-get install bubblewrap" % reason)
        found = Sandbox(spec, NONE, Layers([spec.model_dir], folder, view.MODEL, COPY), reason)
        found.fail_if_its_user_has_no_interpreter()
        return found

    def is_used(self):
        return self.kind != NONE

    def fail_if_its_user_has_no_interpreter(self):
        """Raises CannotRun where the user of a plain process may not run the interpreter, which a sandbox would have shown to it."""
        if self.user is None:
            return
        try:
            words = [sys.executable, "-I", "-c", ""]
            subprocess.run(words, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=True, preexec_fn=lambda: prepare_plain(self.user))
        except (OSError, subprocess.SubprocessError) as failure:
            raise CannotRun(
                "without a sandbox models run as user '%s', who can't run '%s' (%s): name an interpreter that every user may run as 'engines.<name>.python' in slipway.yml, for example /usr/bin/python3"
                % (self._spec.user or "nobody", sys.executable, getattr(failure, "strerror", None) or failure)
            ) from None

    def why_not(self):
        """Why this kind does not work here; None if it does. Containers often forbid new namespaces or a new /proc."""
        if self.kind == BUBBLEWRAP and _bubblewrap() is None:
            return "bubblewrap is not installed"
        self.layers.make(self.user)
        info_read, info_write = os.pipe()
        files = []
        try:
            # Not `-S`: what the interpreter of a virtual environment reads at its start has to be there too.
            words = self.words([sys.executable, "-I", "-c", ""], {"PATH": os.defpath}, info_write, files)
            probe = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={"PATH": os.defpath},
                pass_fds=[info_write, *files],
                umask=0o022,
                timeout=_PROBE_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as failure:
            return "%s does not work here: %s" % (self.kind, failure)
        finally:
            for descriptor in (info_read, info_write, *files):
                os.close(descriptor)
        if probe.returncode == 0:
            return None
        lines = probe.stderr.decode("utf-8", "replace").strip().splitlines()
        return "%s does not work here: %s" % (self.kind, lines[-1] if lines else "exit code %d" % probe.returncode)

    def words(self, command, environment, info, files, given=()):
        """The command line that starts the command. Descriptors that it reads are added to `files`; `given` are the command's own."""
        if self.kind == NONE:
            return command
        memory, network = self._spec.limits.memory_bytes, self._spec.has_network
        if self.image is None:
            parts = view.parts_of(self.layers, memory, network, self._spec.libraries)
        else:
            parts = view.image_parts_of(self.image, self.layers, memory, network)
        user = None if self.user is None else [self.user.uid, self.user.gid]
        plan = {"parts": parts, "user": user, "network": self._spec.has_network, "info": info, "given": given}
        plan.update(inside=self.inside(), image=self.image is not None)
        if self.kind == NAMESPACES:
            plan.update(environment=environment, directory=self.directory(), command=command, exec=False)
            return _enter(plan, files)
        if self.user is None and self.layers.kind != OVERLAY:
            return self._bubblewrap(parts, command, environment, info, files)
        # Bubblewrap mounts no overlay, and by root it would hold root: the files that root may write could be written.
        program = _bubblewrap()
        staged, moved = [], []
        for part in parts:
            if part[0] == "bind":
                moved.append(("bind", namespaces.staged(len(staged)), *part[2:]))
                staged.append(part)
            elif part[0] == "overlay":
                moved.append(("bind", namespaces.staged(len(staged)), part[4], True))
                staged.append(part)
            else:
                moved.append(part)
        words = self._bubblewrap(moved, command, environment, info, files)
        words[0] = namespaces.staged(len(staged))
        staged.append(("bind", program, program, False))
        plan.update(parts=staged, environment={"PATH": os.defpath}, directory="/", command=words, exec=True)
        return _enter(plan, files)

    def inside(self):
        """User and group as the process sees them."""
        return (namespaces.INSIDE, namespaces.INSIDE) if self.image is None else self.image.user

    def directory(self):
        """Where the process starts."""
        return view.HOME if self.image is None else self.image.directory

    def _bubblewrap(self, parts, command, environment, info, files):
        # No --die-with-parent: a killed shim would take the process with it, in the middle of its requests.
        words = [_bubblewrap(), "--unshare-user", "--disable-userns", "--uid", str(self.inside()[0]), "--gid", str(self.inside()[1])]
        words += ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", "instance", "--unshare-cgroup-try", "--cap-drop", "ALL"]
        words += [] if self._spec.has_network else ["--unshare-net"]
        shared = 0
        if self.image is not None:
            words += ["--bind", parts[0][1], "/"]
            parts = parts[1:]
        words += ["--proc", "/proc", "--dev", "/dev"]
        for part in parts:
            if part[0] == "bind":
                words += ["--bind" if part[3] else "--ro-bind", part[1], part[2]]
            elif part[0] == "memory":
                words += ["--size", str(part[2]), "--perms", "1777", "--tmpfs", part[1]]
                shared = max(shared, part[2] // namespaces.SHARED_MEMORY_PART)
            elif part[0] == "directory":
                words += ["--dir", part[1]]
            else:
                words += ["--symlink", part[1], part[2]]
        words += ["--size", str(shared), "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
        words += ["--remount-ro", "/"] if self.image is None else []
        words += ["--seccomp", str(_unnamed_file("filter", linux.REFUSING_FILTER, files))]
        words += ["--chdir", self.directory(), "--info-fd", str(info), "--args", str(_environment_file(environment, files)), "--"]
        return words + command

    def limit_tasks(self, pid, limits):
        """Holds the first process, and so what it starts, to a number of threads and processes, where the kernel counts per sandbox."""
        import resource

        most = limits.processes * _TASKS_PER_PROCESS
        try:
            resource.prlimit(pid, resource.RLIMIT_NPROC, (most, most))
        except (OSError, ValueError):
            # The watchdog counts as well.
            pass


def _bubblewrap():
    return shutil.which("bwrap")


def _enter(plan, files):
    descriptor = _unnamed_file("plan", json.dumps(plan).encode("utf-8"), files)
    return [sys.executable, "-I", "-S", _ENTER, str(descriptor)]


def _environment_file(environment, files):
    """The variables as arguments for bubblewrap, in a file without a name, because command lines are visible to all users."""
    words = ["--clearenv"]
    for name, value in environment.items():
        words += ["--setenv", name, value]
    return _unnamed_file("environment", b"".join(os.fsencode(word) + b"\0" for word in words), files)


def _unnamed_file(purpose, content, files):
    descriptor = os.memfd_create(purpose)
    files.append(descriptor)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def init_of(info_read, outside):
    """The pid of the sandbox's process 1 as the host sees it; that of what was started if it died before it said so."""
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


def first_in(init):
    """The first process beside process 1, as the host sees it; None while there is none."""
    found = processes.below(init)
    return found[0] if found else None


def prepare_plain(user):
    """In the child of a plain start, before the command: what a sandbox would do and this process may do."""
    linux.join_new_keyring()
    if user is not None:
        os.setgroups([])
        os.setresgid(user.gid, user.gid, user.gid)
        os.setresuid(user.uid, user.uid, user.uid)
    linux.never_gain_privileges()
    linux.refuse_uncounted_memory()
