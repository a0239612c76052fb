"""Control groups, where this process may make some: a share of the processors, and hard limits of memory and processes."""

import hashlib
import os
import time

_PARENT = "slipway"
_CONTROLLERS = ("cpu", "memory", "pids")
# For the init of a sandbox and the process that waits for it.
_BESIDE = 32 * 1024 * 1024
_YOUNG_SECONDS = 3600


class ControlGroups:
    """The groups of one instance, of version 1 or 2. `said` tells what was made, or what was tried and why it failed."""

    def __init__(self, paths, said):
        self._paths = paths
        self.said = said
        # An earlier instance of that name may have left its group.
        self._ended_before = self._ended_for_memory()

    @staticmethod
    def make(folder, limits, mounts="/proc/self/mounts"):
        """Those of the instance in that folder, beside others of its installation: another one on this machine knows nothing of them."""
        installation = hashlib.sha256(os.fsencode(os.path.dirname(folder))).hexdigest()[:16]
        name = os.path.join(installation, os.path.basename(folder))
        v1, v2 = _mounted(mounts)
        for left in (2, 1, 0):
            try:
                if v2 is not None and set(_CONTROLLERS) <= set(_read(v2 + "/cgroup.controllers").split()):
                    return ControlGroups([_make_v2(v2, name, limits)], "control group of version 2")
                if all(controller in v1 for controller in _CONTROLLERS):
                    return ControlGroups(_make_v1(v1, name, limits), "control groups of version 1")
                break
            except OSError as failure:
                # One that is gone: the last other instance may just have taken the folder above with it.
                if not left or not isinstance(failure, FileNotFoundError):
                    return ControlGroups([], "none: control groups can't be made: %s" % failure)
        return ControlGroups([], "none: no control groups with %s are mounted" % ", ".join(_CONTROLLERS))

    def enter(self):
        """Moves the calling process into them."""
        for path in self._paths:
            _write(path + "/cgroup.procs", "0")

    def ended_for_memory(self):
        """Whether the kernel ended a process of it for its memory."""
        return self._ended_for_memory() > self._ended_before

    def _ended_for_memory(self):
        count = 0
        for path in self._paths:
            for file in ("memory.events", "memory.oom_control"):
                for line in _read_or_nothing(os.path.join(path, file)).splitlines():
                    words = line.split()
                    if len(words) == 2 and words[0] == "oom_kill":
                        count += int(words[1])
        return count

    def most_memory(self):
        """The most memory that its processes ever held at once, in bytes; None where the kernel does not tell."""
        for path in self._paths:
            for file in ("memory.peak", "memory.max_usage_in_bytes"):
                text = _read_or_nothing(os.path.join(path, file)).strip()
                if text.isdigit():
                    return int(text)
        return None

    def remove(self, instances):
        """Removes them, and those of instances whose folder is gone: a killed shim can't remove its own."""
        for path in self._paths:
            _remove(path)
            parent = os.path.dirname(path)
            for other in _folders(parent):
                if not os.path.exists(os.path.join(instances, os.path.basename(other))):
                    _remove(other)
            # Once the last one of the installation has gone.
            _remove(parent)
            _remove_old_ones_below(os.path.dirname(parent))


def _remove_old_ones_below(all_installations):
    """Those that nobody is in, of installations that have gone. A young one may be about to be entered."""
    for installation in _folders(all_installations):
        for group in _folders(installation):
            try:
                age = time.time() - os.stat(group).st_mtime
            except OSError:
                continue
            if age > _YOUNG_SECONDS:
                _remove(group)
        _remove(installation)


def _folders(path):
    try:
        return [entry.path for entry in os.scandir(path) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _mounted(mounts):
    v1, v2 = {}, None
    for line in _read_or_nothing(mounts).splitlines():
        words = line.split()
        if len(words) > 3 and words[2] == "cgroup2":
            v2 = words[1] if v2 is None else v2
        elif len(words) > 3 and words[2] == "cgroup":
            for option in words[3].split(","):
                if option in _CONTROLLERS:
                    v1[option] = words[1]
    return v1, v2


def _make_v1(mounted, name, limits):
    made = []
    for controller in _CONTROLLERS:
        path = os.path.join(mounted[controller], _PARENT, name)
        os.makedirs(path, exist_ok=True)
        made.append(path)
    _write(made[0] + "/cpu.shares", str(max(2, int(1024 * limits.cpus))))
    if limits.memory_bytes:
        _write(made[1] + "/memory.limit_in_bytes", str(int(limits.memory_bytes) + _BESIDE))
    _write(made[2] + "/pids.max", str(_tasks(limits)))
    return made


def _make_v2(mounted, name, limits):
    path = os.path.join(mounted, _PARENT, name)
    for folder in (mounted, os.path.join(mounted, _PARENT), os.path.dirname(path)):
        os.makedirs(folder, exist_ok=True)
        _write(folder + "/cgroup.subtree_control", " ".join("+" + controller for controller in _CONTROLLERS))
    os.makedirs(path, exist_ok=True)
    _write(path + "/cpu.weight", str(min(10_000, max(1, int(100 * limits.cpus)))))
    if limits.memory_bytes:
        _write(path + "/memory.max", str(int(limits.memory_bytes) + _BESIDE))
        if os.path.exists(path + "/memory.swap.max"):
            _write(path + "/memory.swap.max", "0")
    _write(path + "/pids.max", str(_tasks(limits)))
    return path


def _tasks(limits):
    # The kernel counts threads too.
    return limits.processes * 16


def _remove(path):
    try:
        os.rmdir(path)
    except OSError:
        # Somebody is in it, or it is gone.
        pass


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def _read_or_nothing(path):
    try:
        return _read(path)
    except OSError:
        return ""


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
