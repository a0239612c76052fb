"""Holds an instance to its limits. What goes over one is told with the figure, and the instance is ended."""

import math
import os
import time

from _slipway_shim import layers, processes, usage

_EACH_SECONDS = 1.0
_DISK_EACH_SECONDS = 5.0
# What a look at the disk may take of each second, until it has seen all.
_DISK_SHARE = 0.1


class Watchdog:
    """`pid` is the first process: of the sandbox, or of the plain process of an instance without one.

    `folder` holds what it writes to disk, above or in `layers`.
    """

    def __init__(self, pid, sandboxed, limits, folder, layers):
        self._pid = pid
        self._layers = layers
        self._sandboxed = sandboxed
        self._limits = limits
        self._folder = folder
        self._next = time.monotonic()
        self._next_disk = self._next + _DISK_EACH_SECONDS
        self._scan = None
        before = usage.DiskScan(folder)
        before.go_on(math.inf)
        self._bytes_before, self._files_before = before.bytes, before.entries

    def complaint(self):
        """What is over its limit, as a sentence with the figure; None if all is within or it was asked too early."""
        now = time.monotonic()
        if now < self._next:
            return None
        proc, pids, root = self._members()
        found = None if pids is None else self._memory_or_processes(proc, pids, root) or self._disk(proc, pids, root, now)
        took = time.monotonic() - now
        self._next = now + max(_EACH_SECONDS, 20 * took)
        return found

    def _memory_or_processes(self, proc, pids, root):
        if len(pids) > self._limits.processes:
            return "it ran %d processes, and may run %d" % (len(pids), self._limits.processes)
        limit = self._limits.memory_bytes
        if not limit or usage.memory(proc, pids, root).total() <= limit:
            return None
        once = usage.memory_once(proc, pids, root)
        if once.total() <= limit:
            return None
        return "it held %s, and its specification has %d MB" % (once, limit >> 20)

    def _members(self):
        """The folder that shows its processes, their pids, and its root; the pids are None while the sandbox is being made."""
        if self._sandboxed:
            root = "/proc/%d/root" % self._pid
            proc = root + "/proc"
            if processes.start_time(1, proc) != processes.start_time(self._pid):
                # It still has the root of this machine, and shows all of its processes.
                return proc, None, root
            # Its process 1 is ours.
            return proc, [pid for pid in processes.numbers(proc) if pid != 1], root
        return "/proc", processes.below(os.getpid()), None

    def _disk(self, proc, pids, root, now):
        """A part of a scan that goes on in the next second: memory has to be looked at meanwhile. The limit of files bounds the scan."""
        if now < self._next_disk:
            return None
        scan = self._scan = self._scan or usage.DiskScan(self._folder)
        try:
            is_complete = scan.go_on(now + _DISK_SHARE * _EACH_SECONDS)
        except usage.TooDeep:
            return "it made folders that are nested so deep that what they hold can't be counted"
        files, most = scan.entries - self._files_before, self._limits.files
        if files > most:
            return "it made %d files and folders beside its model, and may make %d" % (files, most)
        grown, limit = scan.bytes - self._bytes_before, self._limits.disk_bytes
        if is_complete:
            self._scan = None
            self._next_disk = now + _DISK_EACH_SECONDS
            grown += self._without_names(proc, pids, root)
        if grown <= limit:
            return None
        return "it wrote %d MB beside its model, and may write %d MB" % (grown >> 20, limit >> 20)

    def _without_names(self, proc, pids, root):
        if self._layers.kind != layers.OVERLAY:
            return usage.disk_without_names(proc, pids, self._folder, ())
        # A file of an overlay lies on the overlay's device, also one of the folders below.
        return usage.disk_without_names(proc, pids, root + self._layers.target, self._layers.lowers)
