"""Processes as the kernel shows them, and the instance's own."""

import os
import signal
import time

_END_LIMIT_SECONDS = 5.0


def start_time(pid, root="/proc"):
    """The start time of a process in clock ticks since boot, or None if there is none. With the pid it identifies a process."""
    fields = _stat(pid, root)
    # A zombie has ended.
    return None if fields is None or fields[0] in (b"Z", b"X") else int(fields[19])


def _stat(pid, root="/proc"):
    try:
        with open("%s/%s/stat" % (root, pid), "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return None


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


def numbers(root="/proc"):
    """The pids that a folder like /proc shows; empty if it can't be read."""
    try:
        return [int(name) for name in os.listdir(root) if name.isdigit()]
    except OSError:
        return []


def below(ancestor):
    """The pids of all processes below one, without those that have ended."""
    children = {}
    for pid in numbers():
        fields = _stat(pid)
        if fields is not None and fields[0] not in (b"Z", b"X"):
            children.setdefault(int(fields[1]), []).append(pid)
    found, waiting = [], [ancestor]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            found.append(child)
            waiting.append(child)
    return found


class Process:
    """The process that the shim started and what it started. With a pidfd a reused pid is never signalled.

    In a sandbox `pid` is its process 1, as the host sees it: nothing survives it. Without one this shim has to be the reaper of
    orphans (linux.adopt_orphans), so that nothing below it gets away.
    """

    def __init__(self, child, pid, sandboxed):
        self._child = child
        self._sandboxed = sandboxed
        self.pid = pid
        self.start_time = start_time(pid)
        try:
            self._handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        except OSError:
            self._handle = None

    def kill_all(self):
        """Ends it and all that it started; returns when that is done, or after 5 s."""
        self._kill_first()
        if self._sandboxed:
            return
        deadline = time.monotonic() + _END_LIMIT_SECONDS
        left = below(os.getpid())
        while left and time.monotonic() < deadline:
            # Stopped first: a process that starts another at each kill would always be one ahead.
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for pid in left:
                    _signal(pid, number)
            self._reap_orphans()
            left = below(os.getpid())

    def _kill_first(self):
        try:
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            elif start_time(self.pid) == self.start_time:
                os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def poll(self):
        """The exit code of what the shim started, negative for a signal; None while it runs."""
        code = self._child.poll()
        if not self._sandboxed:
            self._reap_orphans()
        return code

    def _reap_orphans(self):
        # The child itself is left to subprocess, which has to learn its exit code.
        for pid in _ended_children():
            if pid != self._child.pid:
                try:
                    os.waitpid(pid, os.WNOHANG)
                except ChildProcessError:
                    pass


def _ended_children():
    own = os.getpid()
    for pid in _children(own):
        fields = _stat(pid)
        if fields is not None and fields[0] == b"Z" and int(fields[1]) == own:
            yield pid


def _children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        # A kernel without that file.
        return numbers()


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass
