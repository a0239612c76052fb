"""What a package forks must take nothing of the server with it, and must not take the instance out of service."""

import os
import signal
import subprocess
import sys
import unittest

from runtime_fixture import SERVER, Folder, Server, wait_for

CODE = """
import concurrent.futures, multiprocessing, os, signal, subprocess, sys, threading, time
from model_service.model_service import SingleNodeService

FORK = multiprocessing.get_context("fork")

def descriptors():
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[int(name)] = os.readlink("/proc/self/fd/" + name)
        except OSError:
            pass
    return found

def tell(pipe):
    pipe.send([descriptors(), signal.set_wakeup_fd(-1), signal.getsignal(signal.SIGTERM) == signal.SIG_DFL])

class S(SingleNodeService):
    def _inference(self, data):
        what = data.get("do")
        if what == "pool":
            with FORK.Pool(2) as pool:
                out = pool.map(abs, [-1, -2])
            return [out, os.getpid()]
        if what == "terminate":
            child = FORK.Process(target=time.sleep, args=(60,))
            child.start()
            child.terminate()
            child.join(5)
            return [child.exitcode, os.getpid()]
        if what == "executor":
            with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(data["by"])) as pool:
                return [list(pool.map(abs, [-1, -2])), os.getpid()]
        if what == "shell":
            return [subprocess.run("kill -TERM $$", shell=True).returncode, os.getpid()]
        if what == "tell":
            here, there = FORK.Pipe()
            child = FORK.Process(target=tell, args=(there,))
            child.start()
            told = here.recv()
            child.join()
            return told + [os.getpid()]
        if what == "come back":
            child = os.fork()
            if child == 0:
                if data["by"] == "exit":
                    sys.exit(7)
                if data["by"] == "error":
                    raise ValueError("in the child")
                return "from the child"
            return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), os.getpid()]
        if what == "leave":
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            return [child, os.getpid()]
        return [None, os.getpid()]
"""


class ForkTests(Folder):
    def setUp(self):
        super().setUp()
        self.server = Server(self.package(CODE))
        self.addCleanup(self.server.close)
        self.server.ready()

    def ask(self, what, **more):
        """The answer of the package, which must come from the one server process."""
        status, answer, _ = self.server.post_json({"do": what, **more})
        self.assertEqual(status, 200)
        self.assertEqual(answer[-1], self.server.process.pid)
        return answer[:-1] if len(answer) > 2 else answer[0]

    def assert_in_service(self):
        self.assertEqual(self.server.health()[0], 200)
        self.assertEqual(self.server.post_json({})[:2], (200, [None, self.server.process.pid]))
        self.assertNotIn("draining", [event["event"] for event in self.server.events])

    def test_pools_of_forked_workers_leave_the_instance_in_service(self):
        for _ in range(2):
            self.assertEqual(self.ask("pool"), [1, 2])
        self.assert_in_service()

    def test_a_forked_child_is_ended_by_sigterm(self):
        self.assertEqual(self.ask("terminate"), -signal.SIGTERM)
        self.assert_in_service()

    def test_executors_and_shells_work_as_in_a_script(self):
        for by in ("fork", "spawn", "forkserver"):
            self.assertEqual(self.ask("executor", by=by), [1, 2])
        self.assertEqual(self.ask("shell"), -signal.SIGTERM)
        self.assert_in_service()

    def test_a_forked_child_holds_nothing_of_the_server(self):
        held, wake_up, has_default = self.ask("tell")
        sockets = [link for link in held.values() if link.startswith(("socket:", "anon_inode:"))]
        # The two ends of the pipe by which the child tells this.
        self.assertEqual((len(sockets), wake_up, has_default), (2, -1, True), held)
        self.assertEqual({held[number] for number in "345"}, {"/dev/null"})
        self.assert_in_service()

    def test_a_child_that_lives_on_keeps_no_connection_open(self):
        connection = self.server.connect()
        self.addCleanup(connection.close)
        body = b'{"do": "leave"}'
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        received = b""
        while not received.endswith(b"]"):
            received += connection.recv(65536)
        child = int(received.rpartition(b"[")[2].split(b",")[0])
        self.addCleanup(os.kill, child, signal.SIGKILL)
        self.assertEqual(connection.recv(1), b"")

    def test_a_forked_copy_that_comes_back_from_the_package_ends(self):
        for by, code in (("return", 0), ("exit", 7), ("error", 1)):
            self.assertEqual(self.ask("come back", by=by), code)
        self.assert_in_service()
        self.assertIn("ValueError: in the child", self.server.log())


class WithoutAShimTests(Folder):
    """A server by hand drains by signals; what its package forks does not."""

    def test_signals_drain_the_server_alone(self):
        log = os.path.join(self.folder, "log")
        with open(log, "wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-I", SERVER, "--model-dir", self.package(CODE)], stdout=file, stderr=file, stdin=subprocess.DEVNULL
            )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def port():
            with open(log, encoding="utf-8") as file:
                words = file.read().split("listening on 127.0.0.1:")
            return words[1].split()[0] if len(words) > 1 else None

        address = ("127.0.0.1", int(wait_for(port)))
        ask = lambda: Server.ask(address, "POST", "/", b'{"do": "terminate"}', {})  # noqa: E731
        self.assertEqual(wait_for(lambda: (lambda answer: answer if answer[0] == 200 else None)(ask()))[1][0], -signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), 0)


if __name__ == "__main__":
    unittest.main()
