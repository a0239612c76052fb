"""What an instance holds beyond its limits ends it, with the figure, and no end leaves a process of it."""

import os
import time
import unittest

from runtime_fixture import Folder, Shims, wait_for

from _slipway_shim import processes

CODE = """
import ctypes, mmap, multiprocessing, os, select, shutil, signal, socket, sys, time
from model_service.model_service import SingleNodeService

MB = 1 << 20
kept = []

class S(SingleNodeService):
    def __init__(self, model_name, model_path):
        self.model_path = model_path

    def inference(self, data):
        return getattr(self, data["do"])(data)

    def nothing(self, data):
        return "nothing"

    def memfd(self, data):
        descriptor = os.memfd_create("kept")
        kept.append(descriptor)
        for _ in range(data["mb"]):
            os.write(descriptor, b"x" * MB)
        return "held"

    def shared(self, data):
        area = mmap.mmap(-1, data["mb"] * MB)
        kept.append(area)
        for _ in range(data["mb"]):
            area.write(b"x" * MB)
        # In several processes it is one memory all the same.
        for _ in range(3):
            if os.fork() == 0:
                area.seek(0)
                while area.read(MB):
                    pass
                time.sleep(60)
                os._exit(0)
        return "held"

    def given_up(self, data):
        # Its pages stay, and count in no process's resident size.
        area = mmap.mmap(-1, data["mb"] * MB)
        kept.append(area)
        for _ in range(data["mb"]):
            area.write(b"x" * MB)
        area.madvise(mmap.MADV_DONTNEED)
        return "held"

    def closed_memfd(self, data):
        descriptor = os.memfd_create("kept")
        for _ in range(data["mb"]):
            os.write(descriptor, b"x" * MB)
        area = mmap.mmap(descriptor, data["mb"] * MB)
        area.madvise(mmap.MADV_DONTNEED)
        os.close(descriptor)
        kept.append(area)
        return "held"

    def system_v(self, data):
        libc = ctypes.CDLL(None, use_errno=True)
        segment = libc.shmget(0, MB, 0o1600)
        return "made" if segment >= 0 else os.strerror(ctypes.get_errno())

    def queue(self, data):
        libc = ctypes.CDLL(None, use_errno=True)
        made = [libc.msgget(0, 0o1600), libc.semget(0, 1, 0o1600)]
        return [os.strerror(ctypes.get_errno()), max(made)]

    def attribute(self, data):
        file = os.path.join(data["folder"], "attribute")
        open(file, "wb").close()
        shutil.copy2(file, file + ".copy")
        try:
            os.setxattr(file, "user.a", b"x" * 60000)
        except OSError as failure:
            return failure.strerror
        return "kept"

    def tables(self, data):
        # Reserved, read-only and without large pages: one table of 4 KB for each 2 MB that are read once.
        area = mmap.mmap(-1, data["gb"] << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, prot=mmap.PROT_READ)
        kept.append(area)
        area.madvise(15)
        for place in range(0, data["gb"] << 30, 2 * MB):
            area[place]
        return "read"

    def epolls(self, data):
        ends = [os.pipe()[0] for _ in range(data["count"])]
        for _ in range(data["count"]):
            epoll = select.epoll()
            kept.append(epoll)
            for end in ends:
                epoll.register(end)
        return "looked at"

    def empty_in_memory(self, data):
        for number in range(data["count"]):
            os.close(os.open("/tmp/%d" % number, os.O_CREAT | os.O_WRONLY))
        return "made"

    def give_to_a_pipe(self, data):
        libc = ctypes.CDLL(None, use_errno=True)
        given = libc.vmsplice(os.pipe()[1], None, 0, 0)
        return "given" if given >= 0 else os.strerror(ctypes.get_errno())

    def sockets(self, data):
        for _ in range(data["count"]):
            pair = socket.socketpair()
            kept.append(pair)
            for end in pair:
                end.setblocking(False)
                try:
                    while True:
                        end.send(b"x" * 65536)
                except BlockingIOError:
                    pass
        return "held"

    def buffer(self, data):
        end = socket.socketpair()[0]
        before = end.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
        return [before, end.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)]

    def empty(self, data):
        os.mkdir(os.path.join(self.model_path, "empty"))
        for number in range(data["count"]):
            open(os.path.join(self.model_path, "empty", str(number)), "wb").close()
        return "made"

    def unlinked(self, data):
        file = open(os.path.join(self.model_path, "gone"), "wb")
        os.unlink(file.name)
        kept.append(file)
        for _ in range(data["mb"]):
            file.write(b"x" * MB)
        file.flush()
        return "written"

    def deep(self, data):
        os.chdir(self.model_path)
        for _ in range(40):
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
        return self.file(dict(data, folder="."))

    def file(self, data):
        try:
            with open(os.path.join(data["folder"], "large"), "wb") as file:
                for _ in range(data["mb"]):
                    file.write(b"x" * MB)
        except OSError as failure:
            return str(failure)
        return "written"

    def disk(self, data):
        return self.file(dict(data, folder=self.model_path))

    def many(self, data):
        for _ in range(data["count"]):
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
        return "started"

    def leave(self, data):
        # Left its group and session, its parent is gone, it takes no signal, and starts itself again.
        if os.fork() == 0:
            os.setsid()
            for number in range(1, 30):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                if os.fork() != 0:
                    os._exit(0)
                time.sleep(0.05)
        return "left"
"""

MB = 1 << 20


TABLES = "\\d+ MB in the kernel's tables\\), and its specification has 200 MB|needed more than the 200 MB .* held \\d+ MB"


class LimitCase(Folder):
    SANDBOX = "none"

    def setUp(self):
        super().setUp()
        self.model = self.package(CODE)
        self.shims = Shims(self.folder)
        self.addCleanup(self.shims.close)
        if self.SANDBOX != "none":
            self.skip_without(self.SANDBOX, self.model)

    def ready(self, **fields):
        fields.setdefault("limits", {"memory_bytes": 200 * MB, "processes": 20, "disk_bytes": 50 * MB})
        self.assertEqual(self.shims.start("one", self.model, sandbox=self.SANDBOX, **fields), (0, ""))
        return self.shims.wait_state("one", "ready")

    def ask(self, **body):
        try:
            return self.shims.post("one", body)
        except OSError as cut:
            return cut

    def cause(self):
        state = wait_for(lambda: self.shims.state("one").get("ended_at") and self.shims.state("one"), 20, "the end")
        return state["cause"]

    def stays(self):
        """Outlives three looks of the watchdog."""
        wait_for(lambda: time.time() > self.shims.state("one")["ready_at"] + 4, 10, "some seconds")
        self.assertEqual(self.shims.state("one")["state"], "ready")
        self.assertEqual(self.ask(do="nothing"), (200, "nothing"))

    def members(self):
        """Processes with the mark of this test in their environment, wherever they stand in the tree."""
        found = []
        for pid in processes.numbers():
            try:
                with open("/proc/%d/environ" % pid, "rb") as file:
                    if b"MARK=" + self.folder.encode() in file.read():
                        found.append(pid)
            except OSError:
                continue
        return [pid for pid in found if processes.start_time(pid) is not None]


class PlainLimitTests(LimitCase):
    def test_within_its_limits_it_stays(self):
        self.ready()
        self.assertEqual(self.ask(do="memfd", mb=60), (200, "held"))
        self.assertEqual(self.ask(do="disk", mb=20), (200, "written"))
        self.stays()

    def test_shared_memory_counts_once_however_many_hold_it(self):
        self.ready()
        self.assertEqual(self.ask(do="shared", mb=90), (200, "held"))
        self.stays()

    def test_a_memfd_counts(self):
        self.ready()
        self.ask(do="memfd", mb=300)
        self.assertRegex(self.cause(), "ended: it (held \\d+ MB of memory .* and its specification has 200 MB|needed more than the 200 MB of memory of its specification, the kernel ended it when it held \\d+ MB)")

    def test_shared_memory_counts(self):
        self.ready()
        self.ask(do="shared", mb=300)
        self.assertRegex(self.cause(), "and its specification has 200 MB|needed more than the 200 MB .* held \\d+ MB")

    def test_memory_that_a_process_has_given_up_and_still_maps_counts(self):
        for what in ("given_up", "closed_memfd"):
            with self.subTest(what):
                self.ready()
                self.ask(do=what, mb=300)
                self.assertRegex(self.cause(), "and its specification has 200 MB|needed more than the 200 MB .* held \\d+ MB")

    def test_system_v_shared_memory_which_nobody_could_count_is_not_there(self):
        self.ready()
        self.assertEqual(self.ask(do="system_v"), (200, "Function not implemented"))

    def test_queues_and_semaphores_of_system_v_are_not_there(self):
        self.ready()
        self.assertEqual(self.ask(do="queue"), (200, ["Function not implemented", -1]))

    def test_attributes_of_files_are_not_supported(self):
        self.ready()
        self.assertEqual(self.ask(do="attribute", folder="/tmp"), (200, "Operation not supported"))

    def test_tables_of_pages_count(self):
        self.ready()
        self.ask(do="tables", gb=120)
        self.assertRegex(self.cause(), TABLES)

    def test_what_epolls_look_at_counts(self):
        self.ready()
        self.ask(do="epolls", count=800)
        self.assertRegex(self.cause(), TABLES)

    def test_pages_that_are_given_to_a_pipe_are_not_there(self):
        self.ready()
        self.assertEqual(self.ask(do="give_to_a_pipe"), (200, "Function not implemented"))

    def test_what_waits_in_sockets_counts(self):
        self.ready()
        self.ask(do="sockets", count=700)
        self.assertRegex(self.cause(), "\\d+ MB in sockets, .* its specification has 200 MB|needed more than the 200 MB .* held \\d+ MB")

    def test_a_buffer_of_a_socket_can_not_be_made_larger(self):
        self.ready()
        status, before_and_after = self.ask(do="buffer")
        self.assertEqual(status, 200)
        self.assertEqual(before_and_after[0], before_and_after[1])

    def test_files_without_content_count(self):
        self.ready(limits={"memory_bytes": 200 * MB, "processes": 20, "disk_bytes": 50 * MB, "files": 500})
        self.ask(do="empty", count=600)
        self.assertRegex(self.cause(), "it made 60\\d files and folders beside its model, and may make 500")

    def test_disk_without_a_name_counts(self):
        self.ready()
        self.ask(do="unlinked", mb=120)
        self.assertRegex(self.cause(), "it wrote \\d+ MB beside its model, and may write 50 MB")

    def test_disk_below_more_folders_than_a_path_may_have_is_no_way_out(self):
        self.ready()
        self.ask(do="deep", mb=120)
        self.assertIn("nested so deep", self.cause())

    def test_too_many_processes(self):
        self.ready()
        self.ask(do="many", count=60)
        self.assertRegex(self.cause(), "it ran \\d+ processes, and may run 20")

    def test_too_much_disk(self):
        self.ready()
        self.ask(do="disk", mb=120)
        self.assertRegex(self.cause(), "it wrote \\d+ MB beside its model, and may write 50 MB")

    def test_no_end_leaves_a_process(self):
        state = self.ready(env={"MARK": self.folder}, grace_seconds=1)
        self.assertEqual(self.ask(do="leave"), (200, "left"))
        wait_for(lambda: len(self.members()) >= 2, 5, "what has left")
        self.shims.kill("one", "shim", 15)
        self.shims.wait_state("one", "exited")
        wait_for(lambda: not self.members(), 10, "the end of all of it")
        # One that is ending shows no environment any more, and is there for a moment all the same.
        wait_for(lambda: processes.start_time(state["process"]["pid"]) is None, 10, "the end of its first process")


class NamespacesLimitTests(PlainLimitTests):
    SANDBOX = "namespaces"

    def test_files_in_memory_count(self):
        self.ready()
        self.ask(do="file", folder="/tmp", mb=150)
        self.ask(do="file", folder="/dev/shm", mb=90)
        self.assertRegex(self.cause(), "and its specification has 200 MB|needed more than the 200 MB .* held \\d+ MB")

    def test_files_in_memory_without_content_count(self):
        self.ready()
        self.ask(do="empty_in_memory", count=250000)
        self.assertRegex(self.cause(), TABLES)

    def test_folders_in_memory_have_a_size(self):
        self.ready()
        status, answer = self.ask(do="file", folder="/dev/shm", mb=130)
        self.assertIn("No space left on device", answer)


class BubblewrapLimitTests(NamespacesLimitTests):
    SANDBOX = "bubblewrap"


if __name__ == "__main__":
    unittest.main()
