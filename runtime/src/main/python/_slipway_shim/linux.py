"""The system calls that Python has no function for. Each raises OSError with the name of the call."""

import ctypes
import errno
import fcntl
import os
import socket
import struct

NEWNS = 0x00020000
NEWCGROUP = 0x02000000
NEWUTS = 0x04000000
NEWIPC = 0x08000000
NEWUSER = 0x10000000
NEWPID = 0x20000000
NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

_MNT_DETACH = 2
_PR_SET_CHILD_SUBREAPER = 36
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
_KEYCTL_JOIN_SESSION_KEYRING = 1
_AT_EMPTY_PATH = 0x1000
_AT_RECURSIVE = 0x8000
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_NS_GET_USERNS = 0xB701

# By machine: pivot_root, keyctl. The C library has no function for them. mount_setattr is 442 everywhere.
_CALLS = {"x86_64": (155, 250), "aarch64": (41, 219)}
_MOUNT_SETATTR = 442

_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_LIBC = ctypes.CDLL(None, use_errno=True)


# Memory that nobody could count: segments of System V shared memory, its queues and semaphores outlive every process and mapping; pages
# that vmsplice gives to a pipe, and those of memfd_secret, are in no process's resident size. These calls (shmget, msgget, semget,
# vmsplice, memfd_secret) fail with ENOSYS, as on a kernel without them. So does ipc, which multiplexes the first three for 32-bit
# programs, and socketcall, which does it for setsockopt. Attributes of files in memory take memory that no size of a folder bounds:
# setxattr and its kin fail with EOPNOTSUPP, as on a file system without them. A buffer of a socket keeps its usual size: what asks for
# another is told that it has it. By architecture as the kernel names it: the calls that are not there, those that are not supported,
# and setsockopt. Programs of the x32 kind, which nobody ships, get ENOSYS for every call.
_REFUSED_CALLS = {
    0xC000003E: ((29, 68, 64, 278, 447), (188, 189, 190, 463), 54),
    0x40000003: ((117, 395, 399, 393, 316, 447, 102), (226, 227, 228, 463), 366),
    0xC00000B7: ((194, 186, 190, 75, 447), (5, 6, 7, 463), 208),
}
_X86_64, _X32_BIT = 0xC000003E, 0x40000000
# SO_SNDBUF, SO_RCVBUF and the same by force.
_BUFFER_OPTIONS = (7, 8, 32, 33)


def _refusing_filter():
    """A program of seccomp, of instructions (code, value, label if true, label if false); no label goes on with the next."""
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    number, architecture_of, level, option = 0, 4, 24, 32
    program, labels = [(load, architecture_of, None, None)], {}
    for architecture, (refused, unsupported, setsockopt) in _REFUSED_CALLS.items():
        end = ("end", architecture)
        program.append((equal, architecture, None, end))
        program.append((load, number, None, None))
        if architecture == _X86_64:
            program.append((at_least, _X32_BIT, "refuse", None))
        program.extend((equal, each, "refuse", None) for each in refused)
        program.extend((equal, each, "unsupported", None) for each in unsupported)
        program.append((equal, setsockopt, "options", "pass"))
        labels[end] = len(program)
    program.append((answer, 0x7FFF0000, None, None))
    labels["options"] = len(program)
    program.append((load, level, None, None))
    program.append((equal, socket.SOL_SOCKET, None, "pass"))
    program.append((load, option, None, None))
    program.extend((equal, each, "ignore", None) for each in _BUFFER_OPTIONS)
    fails = 0x00050000
    answers = {"pass": 0x7FFF0000, "refuse": fails | errno.ENOSYS, "unsupported": fails | errno.EOPNOTSUPP, "ignore": fails}
    for label, value in answers.items():
        labels[label] = len(program)
        program.append((answer, value, None, None))

    def distance(index, label):
        return 0 if label is None else labels[label] - index - 1

    return b"".join(
        struct.pack("HBBI", code, distance(index, true), distance(index, false), value)
        for index, (code, value, true, false) in enumerate(program)
    )


REFUSING_FILTER = _refusing_filter()


def _check(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))
    return result


def unshare(flags):
    _check(_LIBC.unshare(ctypes.c_int(flags)), "unshare")


def enter(descriptor, kind=0):
    """Joins the namespace that the descriptor stands for."""
    _check(_LIBC.setns(descriptor, ctypes.c_int(kind)), "setns")


def owner_of(descriptor):
    """A descriptor of the user namespace that owns a namespace."""
    return fcntl.ioctl(descriptor, _NS_GET_USERNS)


def mount(source, target, kind=None, flags=0, options=None):
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    data = None if options is None else os.fsencode(options)
    _check(_LIBC.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), data), "mount at '%s'" % target)


def mount_overlay(lowers, upper, work, target, in_user_namespace):
    """Descriptors of folders, `lowers` the uppermost first. As descriptors no name is too long and none has a colon.

    In a user namespace of its own, what the kernel notes of a file lies in attributes that its user may write.
    """
    paths = ["/proc/self/fd/%d" % each for each in (*lowers, upper, work)]
    options = "lowerdir=%s,upperdir=%s,workdir=%s" % (":".join(paths[:-2]), *paths[-2:])
    # A change of a name or mode would otherwise be noted in place of a copy, which another kernel could not read.
    options += ",userxattr" if in_user_namespace else ",redirect_dir=off,metacopy=off"
    mount("overlay", target, "overlay", MS_NOSUID | MS_NODEV, options + ",index=off")


def detach(target):
    """Takes a mount out of the tree; it ends when nobody uses it any more."""
    _check(_LIBC.umount2(os.fsencode(target), _MNT_DETACH), "umount of '%s'" % target)


def read_only(target):
    """Makes a mount and all below it read-only, without devices and without set-user-id. They stay as they are for other namespaces."""
    attributes = struct.pack("QQQQ", MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
    descriptor = os.open(target, os.O_PATH | os.O_CLOEXEC)
    try:
        result = _LIBC.syscall(
            ctypes.c_long(_MOUNT_SETATTR), descriptor, b"", _AT_EMPTY_PATH | _AT_RECURSIVE, attributes, ctypes.c_size_t(len(attributes))
        )
        _check(result, "mount_setattr of '%s'" % target)
    finally:
        os.close(descriptor)


def pivot_root(new, old):
    _check(_LIBC.syscall(ctypes.c_long(_calls()[0]), os.fsencode(new), os.fsencode(old)), "pivot_root")


def _calls():
    machine = os.uname().machine
    if machine not in _CALLS:
        raise OSError("machine '%s' is not known here, expected one of: %s" % (machine, ", ".join(_CALLS)))
    return _CALLS[machine]


def set_host_name(name):
    socket.sethostname(name)


def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def adopt_orphans():
    """From now on processes below this one whose parent ends become children of this one."""
    _check(_LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl(PR_SET_CHILD_SUBREAPER)")


def never_gain_privileges():
    """Programs with set-user-id get nothing from it any more, for this process and all below it."""
    _check(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)")


def refuse_uncounted_memory():
    """For this process and all below it; never_gain_privileges comes before. Does nothing where the kernel has no seccomp."""
    program = ctypes.create_string_buffer(REFUSING_FILTER, len(REFUSING_FILTER))
    described = struct.pack("HxxxxxxP", len(REFUSING_FILTER) // 8, ctypes.addressof(program))
    result = _LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, described, 0, 0)
    if result < 0 and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS):
        _check(result, "prctl(PR_SET_SECCOMP)")


def drop_capabilities():
    """Also from the bounding set, so that no program below gets one."""
    for number in range(64):
        # Fails without the right to, and from the first number on that this kernel does not have.
        if _LIBC.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) < 0:
            break
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _check(_LIBC.capset(header, struct.pack("IIIIII", 0, 0, 0, 0, 0, 0)), "capset")


def join_new_keyring():
    """A session keyring of its own. Does nothing where the kernel has no keyrings."""
    machine = os.uname().machine
    if machine in _CALLS:
        _LIBC.syscall(ctypes.c_long(_CALLS[machine][1]), _KEYCTL_JOIN_SESSION_KEYRING, None)
