"""Starts a command in namespaces of its own, by the system calls of Linux alone. Started by the shim:

    python3 -I -S namespaces.py <descriptor of the plan>

The plan is a JSON object:

    parts        what the command sees of the file system, see view.py
    user         [uid, gid] to run as, when this process is root; null otherwise, then a user namespace is made
    network      true for the network of the host, false for one with a loopback device alone
    environment  of the command
    directory    to start it in
    command      list of strings, found without PATH, except in an image
    given        descriptors that only the command keeps
    info         descriptor that gets {"child-pid": the pid of the sandbox's init as the host sees it}
    inside       [uid, gid] of the user as the command sees them
    image        true: the first part is the root, which may be written
    exec         true: run the command in place of this process, after only making its files reachable (for bubblewrap)

Exit code: that of the command, 128 and the number of the signal that ended it, or 125 with a line on stderr if the sandbox
can't be made.
"""

import json
import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from _slipway_shim import linux  # noqa: E402

CANNOT_BE_MADE = 125
INSIDE = 1000
_OWN = linux.NEWPID | linux.NEWIPC | linux.NEWUTS
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
# Of /proc: settings of the kernel and of the machine.
_KERNEL = ("sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi", "asound")
# Everywhere, and empty in a new mount namespace until the new root stands on it.
STAGE = "/tmp"
SHARED_MEMORY_PART = 2


class Plan:
    def __init__(self, document):
        self.parts = document["parts"]
        self.user = document["user"]
        self.network = document["network"]
        self.environment = document["environment"]
        self.directory = document["directory"]
        self.command = document["command"]
        self.info = document["info"]
        self.given = document["given"]
        self.is_exec = document["exec"]
        self.inside = document["inside"]
        self.is_image = document["image"]


def _write(path, text):
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)


def _map_user(pid, uid, gid, inside=INSIDE, inside_group=INSIDE):
    folder = "/proc/%s/" % pid
    if os.geteuid() != 0:
        _write(folder + "setgroups", "deny")
    _write(folder + "uid_map", "%d %d 1" % (inside, uid))
    _write(folder + "gid_map", "%d %d 1" % (inside_group, gid))


def run(plan):
    """Makes the namespaces, starts the command, and waits for it. The exit code."""
    is_root = os.geteuid() == 0
    if not is_root:
        uid, gid = os.getuid(), os.getgid()
        linux.unshare(linux.NEWUSER)
        _map_user("self", uid, gid, *plan.inside)
    linux.unshare(_OWN | (0 if plan.network else linux.NEWNET))
    try:
        linux.unshare(linux.NEWCGROUP)
    except OSError:
        # A kernel without control groups has nothing to hide.
        pass
    asked_read, asked_write = os.pipe()
    mapped_read, mapped_write = os.pipe()
    init = os.fork()
    if init == 0:
        for descriptor in (asked_read, mapped_write, plan.info):
            os.close(descriptor)

        def become_user():
            if is_root:
                os.setgroups([])
                linux.unshare(linux.NEWUSER | linux.NEWNS)
                os.write(asked_write, b"!")
                if os.read(mapped_read, 1) != b"!":
                    raise OSError("the user can't be mapped")
                uid, gid = plan.inside
                os.setresgid(gid, gid, gid)
                os.setresuid(uid, uid, uid)

        _init(plan, become_user, (asked_write, mapped_read))
    os.close(asked_write)
    os.close(mapped_read)
    # The sandbox alone holds what the shim gave it.
    for descriptor in plan.given:
        os.close(descriptor)
    os.write(plan.info, json.dumps({"child-pid": init}).encode("ascii"))
    os.close(plan.info)
    if is_root and os.read(asked_read, 1) == b"!":
        _map_user(init, *plan.user, *plan.inside)
        os.write(mapped_write, b"!")
    return _code(os.waitpid(init, 0)[1])


def _code(status):
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _init(plan, become_user, descriptors):
    """Process 1 of the sandbox: never returns. It starts the command, takes in orphans, and ends with the command."""
    try:
        _make_root(plan)
        become_user()
        _close_the_kernel()
        for descriptor in descriptors:
            os.close(descriptor)
        linux.drop_capabilities()
        linux.never_gain_privileges()
        linux.refuse_uncounted_memory()
        command = os.fork()
        if command == 0:
            _start(plan)
        # End of file and the end of a pipe must not wait for this process.
        os.closerange(0, 64)
        while True:
            pid, status = os.wait()
            if pid == command:
                os._exit(_code(status))
    except BaseException as failure:
        os.write(2, ("namespaces: %s\n" % failure).encode("utf-8", "backslashreplace"))
    finally:
        os._exit(CANNOT_BE_MADE)


def _start(plan):
    try:
        linux.join_new_keyring()
        os.chdir(plan.directory)
        if plan.is_image:
            os.execvpe(plan.command[0], plan.command, plan.environment)
        os.execve(plan.command[0], plan.command, plan.environment)
    except OSError as failure:
        os.write(2, ("namespaces: '%s' can't be started: %s\n" % (plan.command[0], failure)).encode("utf-8", "backslashreplace"))
    finally:
        os._exit(127)


def _make_root(plan):
    linux.unshare(linux.NEWNS)
    linux.mount(None, "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    if not plan.network:
        linux.bring_loopback_up()
    linux.set_host_name("instance")
    # What is bound may lie below the stage, which hides it.
    sources = _open_sources(plan.parts)
    devices = {name: os.open("/dev/" + name, os.O_PATH | os.O_CLOEXEC) for name in _DEVICES}
    linux.mount("tmpfs", STAGE, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=0755,size=1m")
    for part in plan.parts:
        _make(part, sources)
    shared = max(part[2] for part in plan.parts if part[0] == "memory") // SHARED_MEMORY_PART
    _make_devices(devices, shared)
    os.makedirs(STAGE + "/proc", exist_ok=True)
    linux.mount("proc", STAGE + "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    for descriptor in (*sources.values(), *devices.values()):
        os.close(descriptor)
    os.chdir(STAGE)
    linux.pivot_root(".", ".")
    linux.detach(".")
    os.chdir("/")
    if not plan.is_image:
        linux.mount(None, "/", flags=linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV)


def _make(part, sources):
    kind, target = part[0], STAGE + part[{"bind": 2, "link": 2, "overlay": 4}.get(part[0], 1)]
    if kind == "link":
        os.symlink(part[1], target)
        return
    if kind == "bind" and not _is_folder(sources[part[1]]):
        _bind(sources[part[1]], target, part[3], is_file=True)
        return
    os.makedirs(target, mode=0o755, exist_ok=True)
    if kind == "bind":
        _bind(sources[part[1]], target, part[3])
    elif kind == "overlay":
        _mount_overlay(part, sources, target)
    elif kind == "memory":
        linux.mount("tmpfs", target, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=1777,size=%d" % part[2])


def _open_sources(parts):
    """Descriptors of what the parts have of this machine, by path."""
    paths = []
    for part in parts:
        if part[0] == "bind":
            paths.append(part[1])
        elif part[0] == "overlay":
            paths += [*part[1], part[2], part[3]]
    return {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in paths}


def _mount_overlay(part, sources, target):
    _, lowers, upper, work, _ = part
    linux.mount_overlay([sources[path] for path in lowers], sources[upper], sources[work], target, os.geteuid() != 0)


def _is_folder(descriptor):
    return os.path.isdir("/proc/self/fd/%d" % descriptor)


def _bind(descriptor, target, writable, is_file=False):
    if is_file:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    linux.mount("/proc/self/fd/%d" % descriptor, target, flags=linux.MS_BIND | linux.MS_REC)
    if writable:
        linux.mount(None, target, flags=linux.MS_REMOUNT | linux.MS_BIND | linux.MS_NOSUID | linux.MS_NODEV)
    else:
        linux.read_only(target)


def _make_devices(devices, shared):
    folder = STAGE + "/dev"
    os.makedirs(folder, exist_ok=True)
    # An image may have files there.
    linux.mount("tmpfs", folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=0755,size=1m")
    for name, descriptor in devices.items():
        path = os.path.join(folder, name)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
        linux.mount("/proc/self/fd/%d" % descriptor, path, flags=linux.MS_BIND)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2")):
        os.symlink(target, os.path.join(folder, name))
    os.mkdir(folder + "/shm")
    linux.mount("tmpfs", folder + "/shm", "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=1777,size=%d" % shared)
    linux.mount(None, folder, flags=linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV)


def _close_the_kernel():
    """Nothing of the kernel's settings can be changed, and no further user namespace can be made, in which mounts were possible."""
    try:
        _write("/proc/sys/user/max_user_namespaces", "0")
    except OSError as failure:
        raise OSError("nested user namespaces can't be refused: %s" % failure) from failure
    for name in _KERNEL:
        path = "/proc/" + name
        if os.path.exists(path):
            linux.mount(path, path, flags=linux.MS_BIND | linux.MS_REC)
            linux.read_only(path)


def staged(number):
    return "%s/%d" % (STAGE, number)


def stage(plan):
    """Becomes the plan's user, who can reach what is bound, and runs the command in place of this process.

    The command finds the part with number n at `staged(n)`.
    """
    if plan.user is None:
        uid, gid = os.getuid(), os.getgid()
        linux.unshare(linux.NEWUSER)
        _map_user("self", uid, gid, uid, gid)
    linux.unshare(linux.NEWNS)
    linux.mount(None, "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    sources = _open_sources(plan.parts)
    linux.mount("tmpfs", STAGE, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=0755,size=1m")
    for number, part in enumerate(plan.parts):
        target = staged(number)
        if part[0] == "overlay":
            os.mkdir(target)
            _mount_overlay(part, sources, target)
            continue
        descriptor = sources[part[1]]
        if _is_folder(descriptor):
            os.mkdir(target)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        linux.mount("/proc/self/fd/%d" % descriptor, target, flags=linux.MS_BIND | linux.MS_REC)
    for descriptor in sources.values():
        os.close(descriptor)
    if plan.user is not None:
        uid, gid = plan.user
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    linux.never_gain_privileges()
    os.chdir("/")
    os.execve(plan.command[0], plan.command, plan.environment)


def main(arguments):
    # What is made here is reached by the command's user.
    os.umask(0o022)
    with open(int(arguments[0]), "rb") as file:
        plan = Plan(json.loads(file.read()))
    try:
        if plan.is_exec:
            stage(plan)
        return run(plan)
    except OSError as failure:
        sys.stderr.write("namespaces: %s\n" % failure)
        return CANNOT_BE_MADE


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
