"""A server that listens on a port, as those of other people's images do, is reached by the instance's socket alone."""

import contextlib
import os
import re
import signal
import socket
import unittest

from runtime_fixture import UnixConnection, wait_for
from shim_tests import ShimCase

# Answers with the count of what it got; closes nothing before its client has; says how much memory its relay takes.
COUNTER = """
import os, socket, sys, threading
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
def serve(connection):
    count = 0
    while data := connection.recv(65536):
        count += len(data)
        if data.endswith(b"wait"):
            open(os.path.join(sys.argv[2], "began"), "w").close()
            while not os.path.exists(os.path.join(sys.argv[2], "go")):
                threading.Event().wait(0.01)
            connection.sendall(b"waited")
    connection.sendall(b"%d bytes, then the end" % count)
    connection.close()
while True:
    threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
"""


def free_port():
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class RelayTests(ShimCase):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        with open(os.path.join(self.model, "counter.py"), "w", encoding="ascii") as file:
            file.write(COUNTER)

    def server(self, *command, **fields):
        return self.ready(command=["{python}", "-u", *command], port=self.port, **fields)

    def files(self, **fields):
        """Python's own server, which knows nothing of us."""
        return self.server("-m", "http.server", str(self.port), "--bind", "127.0.0.1", "--directory", "{model}", **fields)

    def counter(self, **fields):
        return self.server("-c", COUNTER, str(self.port), "{model}", **fields)

    def path(self):
        return self.shims.state("one")["address"][len("unix:") :].partition("#")[0]

    def connect(self):
        connection = UnixConnection(self.path())
        connection.connect()
        self.addCleanup(connection.sock.close)
        return connection.sock

    def get(self, path):
        connection = UnixConnection(self.path())
        with contextlib.closing(connection):
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()

    def test_a_foreign_http_server_is_reached_by_the_socket(self):
        with open(os.path.join(self.model, "large"), "wb") as file:
            file.write(os.urandom(1024) * 20_000)
        self.files()
        with open(os.path.join(self.model, "large"), "rb") as file:
            self.assertEqual(self.get("/large"), (200, file.read()))
        self.assertEqual(self.get("/nothing")[0], 404)

    def test_is_ready_when_the_server_listens(self):
        late = "import os, sys, time\nwhile not os.path.exists(os.path.join(sys.argv[2], 'listen')): time.sleep(0.01)\n" + COUNTER
        self.start(command=["{python}", "-c", late, str(self.port), "{model}"], port=self.port)
        wait_for(lambda: self.shims.state("one").get("process"), 15, "its process")
        self.assertEqual(self.shims.state("one")["state"], "starting")
        wait_for(lambda: os.path.isdir(self.shims.copy("one") + "/model"), 15, "its model")
        with open(os.path.join(self.shims.copy("one"), "model", "listen"), "w", encoding="ascii"):
            pass
        self.shims.wait_state("one", "ready")
        self.assertEqual(self.exchange(b"x"), b"1 bytes, then the end")

    def exchange(self, data):
        connection = self.connect()
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))

    def test_a_close_of_one_direction_is_carried(self):
        self.counter()
        self.assertEqual(self.exchange(b"x" * 30_000_000), b"30000000 bytes, then the end")

    def test_a_client_that_does_not_read_takes_no_memory(self):
        with open(os.path.join(self.model, "large"), "wb") as file:
            file.truncate(300_000_000)
        self.files()
        relay = self.relay()
        before = self.resident(relay)
        idle = [self.connect() for _ in range(5)]
        for one in idle:
            one.sendall(b"GET /large HTTP/1.0\r\n\r\n")
            self.assertTrue(one.recv(1))
        self.assertEqual(self.get("/nothing")[0], 404)
        self.assertLess(self.resident(relay) - before, 20_000_000)

    def relay(self):
        """Its pid on the host."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % pid, "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if str(self.port).encode() in words and any(word.endswith(b"relay.py") for word in words[:5]):
                return pid
        raise AssertionError("no relay of port %d" % self.port)

    def resident(self, pid):
        with open("/proc/%s/status" % pid, encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) * 1024

    def test_a_server_that_ends_ends_the_instance_with_its_code(self):
        self.start(command=["{python}", "-c", "import sys; print('no weights'); sys.exit(7)"], port=self.port)
        state = self.shims.wait_state("one", "failed")
        self.assertEqual(state["exit_code"], 7)
        self.assertIn("no weights", state["cause"])

    def test_a_drain_waits_for_the_answer_and_takes_nobody_new(self):
        self.counter()
        began, go = (os.path.join(self.shims.copy("one"), "model", name) for name in ("began", "go"))
        waiting, path = self.connect(), self.path()
        waiting.sendall(b"wait")
        wait_for(lambda: os.path.exists(began), 10, "the request's begin")
        self.shims.kill("one", "shim", signal.SIGTERM)
        self.shims.wait_state("one", "draining")
        wait_for(lambda: self.is_refused(path), 10, "the refusal of a new connection")
        open(go, "w").close()
        self.assertEqual(waiting.recv(100), b"waited")
        state = self.shims.wait_state("one", "exited")
        self.assertEqual((state["exit_code"], state["signal"]), (0, None))

    def is_refused(self, path):
        connection = UnixConnection(path)
        try:
            connection.connect()
            return False
        except OSError:
            return True
        finally:
            connection.sock.close()

    def test_a_server_that_ignores_the_drain_is_killed_after_the_grace(self):
        stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + COUNTER
        state = self.server("-c", stubborn, str(self.port), "{model}", grace_seconds=0.5)
        self.shims.kill("one", "shim", signal.SIGTERM)
        self.assertEqual(self.shims.wait_state("one", "exited")["signal"], signal.SIGKILL)
        self.wait_gone(state["process"])

    def test_the_port_is_seen_from_the_host_without_a_sandbox(self):
        self.counter()
        self.assertEqual(self.is_seen(), self.SANDBOX == "none")

    def is_seen(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        except OSError:
            return False

    def test_a_port_that_is_none_is_refused(self):
        for port in (80, 65536, True, "8080"):
            code, message = self.shims.run(self.shims.write_spec("bad", self.model, port=port))
            self.assertEqual(code, 1)
            self.assertIn("'port' must be a whole number of 1024 to 65535", message)


class NamespacesRelayTests(RelayTests):
    SANDBOX = "namespaces"

    def setUp(self):
        super().setUp()
        self.skip_without(self.SANDBOX, self.model)


class BubblewrapRelayTests(NamespacesRelayTests):
    SANDBOX = "bubblewrap"


if __name__ == "__main__":
    unittest.main()
