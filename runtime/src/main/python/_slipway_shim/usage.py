"""How much an instance holds: memory counted once, processes, and disk beside its copy of the model."""

import errno
import os
import stat
import time

_KB = 1024
_BLOCK = 512
_ANONYMOUS = b"RssAnon:"
_SHARED = b"RssShmem:"
_SWAPPED = b"VmSwap:"
_TABLES = b"VmPTE:"
# Names of mappings of shared memory that no folder shows.
_WITHOUT_FILE = (b"/dev/zero", b"/SYSV", b"/memfd:")
# What the kernel may keep for a socket that is not TCP beside its usual buffer, which can't be made larger here.
_BESIDE_BUFFER = 64 * _KB
# So many sockets are part of any program and count nothing.
_FREE_SOCKETS = 128
_TCP_TABLES = ("tcp", "tcp6")
# What the kernel keeps for a mapping, a file in memory, and a descriptor that an epoll looks at: some bytes more than it takes.
_OF_MAPPING = 256
_OF_FILE = 1024
_OF_WATCHED = 192
# So many epolls are part of any program and count nothing.
_FREE_EPOLLS = 64
# Where a sandbox has folders in memory.
MEMORY_FOLDERS = ("/tmp", "/home/mind", "/dev/shm")


class Memory:
    """In bytes. `anonymous` is what processes allocated, `shared` what they share without a file, `files` what lies in folders in
    memory and in memfds, `sockets` what their buffers may hold, `kernel` what the kernel keeps for mappings, files and epolls."""

    def __init__(self, anonymous, shared, files, sockets, kernel):
        self.anonymous = anonymous
        self.shared = shared
        self.files = files
        self.sockets = sockets
        self.kernel = kernel

    def total(self):
        return self.anonymous + self.shared + self.files + self.sockets + self.kernel

    def __str__(self):
        parts = (self.total(), self.anonymous, self.shared, self.files, self.sockets, self.kernel)
        figures = tuple(-(-part >> 20) for part in parts)
        return (
            "%d MB of memory (%d MB allocated, %d MB shared, %d MB in files in memory, %d MB in sockets, %d MB in the kernel's tables)"
            % figures
        )


def memory(proc, pids, root):
    """An upper bound, cheaply: pages that several processes share count in each.

    Memory that is mapped and has no file counts by its size where its pages can't be asked for: pages that a process has given up
    (MADV_DONTNEED) are in no process's resident size, and stay.

    `proc` is the folder that shows `pids`; `root` is the root of the sandbox's file system, None without one.
    """
    told = _Told(proc, pids)
    held = _Held(proc, pids)
    mapped = sum(_mapped(proc, pids, held).values())
    return _together(proc, pids, root, held, told.anonymous, max(told.shared, mapped), told.tables)


def memory_once(proc, pids, root):
    """The same with each page counted once, for which the kernel walks all pages of the processes."""
    held = _Held(proc, pids)
    anonymous = 0
    for pid in pids:
        rollup = _lines("%s/%d/smaps_rollup" % (proc, pid))
        anonymous += sum(int(line.split()[1]) * _KB for line in rollup if line.startswith((b"Pss_Anon:", b"SwapPss:")))
    shared = sum(_mapped(proc, pids, held).values())
    return _together(proc, pids, root, held, anonymous, shared, _Told(proc, pids).tables)


def _together(proc, pids, root, held, anonymous, shared, tables):
    content, files = _in_folders(root)
    kernel = tables + held.mappings * _OF_MAPPING + files * _OF_FILE + held.watched * _OF_WATCHED
    return Memory(anonymous, shared, sum(held.memfds.values()) + content, _in_sockets(proc, pids, held.sockets), kernel)


class _Told:
    """What the kernel tells of each process, added up in bytes. `tables` are those of pages: a mapping that is read here and there has one
    for each place, and hardly a page of its own."""

    def __init__(self, proc, pids):
        self.anonymous = self.shared = self.tables = 0
        for pid in pids:
            for line in _lines("%s/%d/status" % (proc, pid)):
                if line.startswith((_ANONYMOUS, _SWAPPED)):
                    self.anonymous += int(line.split()[1]) * _KB
                elif line.startswith(_SHARED):
                    self.shared += int(line.split()[1]) * _KB
                elif line.startswith(_TABLES):
                    self.tables += int(line.split()[1]) * _KB


def _mapped(proc, pids, held):
    """The bytes of shared memory without a file that is mapped and not held as a memfd, by device and inode."""
    found = {}
    for pid in pids:
        lines = _lines("%s/%d/maps" % (proc, pid))
        held.mappings += len(lines)
        for line in lines:
            # 7f00-7f01 rw-s 00000000 00:01 1234 /dev/zero (deleted)
            words = line.split(None, 5)
            if len(words) < 6 or not words[5].startswith(_WITHOUT_FILE):
                continue
            major, minor = words[3].split(b":")
            key = (os.makedev(int(major, 16), int(minor, 16)), int(words[4]))
            if key not in held.memfds:
                found[key] = max(found.get(key, 0), _size_of_mapping(proc, pid, words))
    return found


def _size_of_mapping(proc, pid, words):
    """What the memory behind a mapping takes; its size up to the mapping's end where this user may not ask."""
    try:
        return os.stat("%s/%d/map_files/%s" % (proc, pid, words[0].decode())).st_blocks * _BLOCK
    except OSError:
        begin, end = (int(word, 16) for word in words[0].split(b"-"))
        return int(words[2], 16) + end - begin


class _Held:
    """What no mapping shows: the bytes of each memfd that is held, by device and inode, the inodes of the sockets, and how many
    descriptors epolls may look at. `mappings` is counted by who reads them."""

    def __init__(self, proc, pids):
        self.memfds, self.sockets, self.watched, self.mappings = {}, set(), 0, 0
        for pid in pids:
            paths = _entries("%s/%d/fd" % (proc, pid))
            epolls = sum(self._take(path) for path in paths)
            if epolls > _FREE_EPOLLS:
                # Which ones each of them looks at is told at the price of that many lines.
                self.watched += epolls * len(paths)

    def _take(self, path):
        """Whether it is an epoll."""
        try:
            name = os.readlink(path)
            if name.startswith("/memfd:"):
                status = os.stat(path)
                self.memfds[(status.st_dev, status.st_ino)] = status.st_blocks * _BLOCK
            elif name.startswith("socket:["):
                self.sockets.add(name[len("socket:[") : -1].encode())
            return name == "anon_inode:[eventpoll]"
        except OSError:
            return False


def _in_sockets(proc, pids, sockets):
    """What waits in those of TCP, which the kernel tells, and what the others may hold."""
    if len(sockets) <= _FREE_SOCKETS:
        return 0
    waiting, of_tcp = 0, set()
    for table in _TCP_TABLES:
        # sl local remote state tx_queue:rx_queue tr:when retransmit uid timeout inode
        for line in _lines("%s/%d/net/%s" % (proc, pids[0], table))[1:]:
            words = line.split()
            if len(words) > 9 and words[9] in sockets:
                of_tcp.add(words[9])
                waiting += sum(int(queue, 16) for queue in words[4].split(b":"))
    return waiting + max(0, len(sockets) - len(of_tcp) - _FREE_SOCKETS) * (_buffer() + _BESIDE_BUFFER)


def _buffer():
    """The usual size of the buffer of a socket."""
    sizes = [int(line) for name in ("wmem_default", "rmem_default") for line in _lines("/proc/sys/net/core/" + name)]
    return max(sizes, default=256 * _KB)


def _in_folders(root):
    """The bytes and the number of files."""
    used = files = 0
    for path in MEMORY_FOLDERS if root else ():
        try:
            status = os.statvfs(root + path)
        except OSError:
            continue
        used += (status.f_blocks - status.f_bfree) * status.f_frsize
        files += status.f_files - status.f_ffree
    return used, files


def _lines(path):
    try:
        with open(path, "rb") as file:
            return file.read().splitlines()
    except OSError:
        # It has ended.
        return []


class TooDeep(Exception):
    """A folder has others in it whose path is longer than a path may be."""


class DiskScan:
    """Adds up what a folder takes on disk, in as many steps as it needs. `bytes` and `entries` are what was found so far."""

    def __init__(self, folder):
        self._waiting = [folder]
        self.bytes = 0
        self.entries = 0

    def go_on(self, until):
        """Looks at further folders until then, by time.monotonic(), at least at one. True when all were seen. Raises TooDeep."""
        while self._waiting:
            try:
                with os.scandir(self._waiting.pop()) as entries:
                    for entry in entries:
                        self.entries += 1
                        self.bytes += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
                        if entry.is_dir(follow_symlinks=False):
                            self._waiting.append(entry.path)
            except OSError as failure:
                if failure.errno == errno.ENAMETOOLONG:
                    raise TooDeep from None
                # Removed meanwhile.
            if time.monotonic() >= until:
                break
        return not self._waiting


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
