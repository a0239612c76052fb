"""How much an instance holds: memory counted once, processes, and disk beside its copy of the model."""

import os

_KB = 1024
_BLOCK = 512
_ANONYMOUS = b"RssAnon:"
_SHARED = b"RssShmem:"
_SWAPPED = b"VmSwap:"
# Where a sandbox has folders in memory.
MEMORY_FOLDERS = ("/tmp", "/home/mind", "/dev/shm")


class Memory:
    """In bytes. `anonymous` is what processes allocated, `shared` what they share without a file, `files` what lies in folders in
    memory and in memfds."""

    def __init__(self, anonymous, shared, files):
        self.anonymous = anonymous
        self.shared = shared
        self.files = files

    def total(self):
        return self.anonymous + self.shared + self.files

    def __str__(self):
        parts = (self.total(), self.anonymous, self.shared, self.files)
        return "%d MB of memory (%d MB allocated, %d MB shared, %d MB in files in memory)" % tuple(-(-part >> 20) for part in parts)


def memory(proc, pids, root):
    """An upper bound, cheaply: pages that several processes share count in each.

    `proc` is the folder that shows `pids`; `root` is the root of the sandbox's file system, None without one.
    """
    anonymous = shared = 0
    for pid in pids:
        for line in _lines("%s/%d/status" % (proc, pid)):
            if line.startswith((_ANONYMOUS, _SWAPPED)):
                anonymous += int(line.split()[1]) * _KB
            elif line.startswith(_SHARED):
                shared += int(line.split()[1]) * _KB
    held = _memfds(proc, pids)
    return Memory(anonymous, shared, sum(held.values()) + _in_folders(root))


def memory_once(proc, pids, root):
    """The same with each page counted once, for which the kernel walks all pages of the processes."""
    held = _memfds(proc, pids)
    folders = _devices_of_folders(root)
    anonymous = shared = 0
    for pid in pids:
        rollup = _lines("%s/%d/smaps_rollup" % (proc, pid))
        anonymous += sum(int(line.split()[1]) * _KB for line in rollup if line.startswith((b"Pss_Anon:", b"SwapPss:")))
        if any(line.startswith(b"Pss_Shmem:") and not line.split()[1] == b"0" for line in rollup):
            shared += _shared_beside(_lines("%s/%d/smaps" % (proc, pid)), held, folders)
    return Memory(anonymous, shared, sum(held.values()) + _in_folders(root))


def _shared_beside(lines, held, folders):
    """The proportional size of mappings without a file of a disk, besides those that are counted as memfds or in folders."""
    size = 0
    counts = False
    for line in lines:
        if b":" not in line.split(b" ", 1)[0]:
            # 7f00-7f01 rw-s 00000000 00:01 1234 /dev/zero (deleted)
            words = line.split(None, 5)
            device, inode, name = words[3], int(words[4]), words[5] if len(words) > 5 else b""
            is_memory = name.startswith((b"/dev/zero", b"/SYSV", b"/memfd:"))
            counts = is_memory and inode not in {number for _, number in held} and device not in folders
        elif counts and line.startswith(b"Pss:"):
            size += int(line.split()[1]) * _KB
    return size


def _memfds(proc, pids):
    """The bytes of each memfd that is held, by device and inode: a memfd that is not mapped is in no process's resident size."""
    found = {}
    for pid in pids:
        folder = "%s/%d/fd" % (proc, pid)
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            path = os.path.join(folder, name)
            try:
                if os.readlink(path).startswith("/memfd:"):
                    status = os.stat(path)
                    found[(status.st_dev, status.st_ino)] = status.st_blocks * _BLOCK
            except OSError:
                continue
    return found


def _in_folders(root):
    used = 0
    for path in MEMORY_FOLDERS if root else ():
        try:
            status = os.statvfs(root + path)
        except OSError:
            continue
        used += (status.f_blocks - status.f_bfree) * status.f_frsize
    return used


def _devices_of_folders(root):
    found = set()
    for path in MEMORY_FOLDERS if root else ():
        try:
            device = os.stat(root + path).st_dev
        except OSError:
            continue
        found.add(b"%02x:%02x" % (os.major(device), os.minor(device)))
    return found


def _lines(path):
    try:
        with open(path, "rb") as file:
            return file.read().splitlines()
    except OSError:
        # It has ended.
        return []


def disk(folder):
    """The bytes that a folder takes on disk."""
    total = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    total += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            # Removed meanwhile.
            continue
    return total
