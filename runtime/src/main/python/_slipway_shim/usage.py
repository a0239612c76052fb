"""How much an instance holds: memory counted once, processes, and disk beside its copy of the model."""

import errno
import os
import stat

_KB = 1024
_BLOCK = 512
_ANONYMOUS = b"RssAnon:"
_SHARED = b"RssShmem:"
_SWAPPED = b"VmSwap:"
# Names of mappings of shared memory that no folder shows.
_WITHOUT_FILE = (b"/dev/zero", b"/SYSV", b"/memfd:")
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

    Memory that is mapped and has no file counts by its size where its pages can't be asked for: pages that a process has given up
    (MADV_DONTNEED) are in no process's resident size, and stay.

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
    mapped = sum(_mapped(proc, pids, held).values())
    return Memory(anonymous, max(shared, mapped), sum(held.values()) + _in_folders(root))


def memory_once(proc, pids, root):
    """The same with each page counted once, for which the kernel walks all pages of the processes."""
    held = _memfds(proc, pids)
    anonymous = 0
    for pid in pids:
        rollup = _lines("%s/%d/smaps_rollup" % (proc, pid))
        anonymous += sum(int(line.split()[1]) * _KB for line in rollup if line.startswith((b"Pss_Anon:", b"SwapPss:")))
    shared = sum(_mapped(proc, pids, held).values())
    return Memory(anonymous, shared, sum(held.values()) + _in_folders(root))


def _mapped(proc, pids, held):
    """The bytes of shared memory without a file that is mapped and not held as a memfd, by device and inode."""
    found = {}
    for pid in pids:
        for line in _lines("%s/%d/maps" % (proc, pid)):
            # 7f00-7f01 rw-s 00000000 00:01 1234 /dev/zero (deleted)
            words = line.split(None, 5)
            if len(words) < 6 or not words[5].startswith(_WITHOUT_FILE):
                continue
            major, minor = words[3].split(b":")
            key = (os.makedev(int(major, 16), int(minor, 16)), int(words[4]))
            if key not in held:
                found[key] = max(found.get(key, 0), _size_of_mapping(proc, pid, words))
    return found


def _size_of_mapping(proc, pid, words):
    """What the memory behind a mapping takes; its size up to the mapping's end where this user may not ask."""
    try:
        return os.stat("%s/%d/map_files/%s" % (proc, pid, words[0].decode())).st_blocks * _BLOCK
    except OSError:
        begin, end = (int(word, 16) for word in words[0].split(b"-"))
        return int(words[2], 16) + end - begin


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


def _lines(path):
    try:
        with open(path, "rb") as file:
            return file.read().splitlines()
    except OSError:
        # It has ended.
        return []


class TooDeep(Exception):
    """A folder has others in it whose path is longer than a path may be."""


def disk(folder):
    """The bytes that a folder takes on disk. Raises TooDeep."""
    total = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    total += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError as failure:
            if failure.errno == errno.ENAMETOOLONG:
                raise TooDeep from None
            # Removed meanwhile.
            continue
    return total


def disk_without_names(proc, pids, folder, lowers):
    """The bytes on the folder's disk of files that are open or mapped and have no name any more.

    A removed file of the folders below an overlay keeps its number and takes nothing: its bytes there are taken off.
    """
    try:
        device = os.stat(folder).st_dev
    except OSError:
        # The root of the sandbox is gone with its last process.
        return 0
    found = {}
    for pid in pids:
        for kind in ("fd", "map_files"):
            for path in _entries("%s/%d/%s" % (proc, pid, kind)):
                try:
                    status = os.stat(path)
                except OSError:
                    continue
                if stat.S_ISREG(status.st_mode) and status.st_nlink == 0 and status.st_dev == device:
                    found[status.st_ino] = status.st_blocks * _BLOCK
    if not found:
        return 0
    below = {number: size for lower in lowers for number, size in _files(lower)}
    return sum(max(0, size - below.get(number, 0)) for number, size in found.items())


def _files(folder):
    """The number and the bytes on disk of each file of a folder that nobody changes."""
    for path, _, names in os.walk(folder):
        for name in names:
            status = os.lstat(os.path.join(path, name))
            yield status.st_ino, status.st_blocks * _BLOCK


def _entries(folder):
    try:
        return [os.path.join(folder, name) for name in os.listdir(folder)]
    except OSError:
        return []
