"""An instance that is a container image: its own files, user and server, in each sandbox; its checks. Needs Go for the server."""

import contextlib
import functools
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

from runtime_fixture import Folder, Shims, UnixConnection, wait_for

SOURCE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "image", "server.go")
EVERY = {"delay": 0, "every": 1, "within": 2, "failures": 2}


@functools.lru_cache(maxsize=None)
def server():
    """The server as a static program; None where Go is not installed."""
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        return None
    path = os.path.join(tempfile.mkdtemp(prefix="slipway-test-"), "server")
    environment = dict(os.environ, GO111MODULE="off", CGO_ENABLED="0")
    subprocess.run([go, "build", "-ldflags", "-s -w", "-o", path, SOURCE], check=True, env=environment)
    return path


def tearDownModule():
    if server() is not None:
        shutil.rmtree(os.path.dirname(server()))


class ImageCase:
    SANDBOX = None

    def setUp(self):
        super().setUp()
        if server() is None:
            self.skipTest("Go is not installed, which builds the server of the image")
        if self.SANDBOX == "bubblewrap" and shutil.which("bwrap") is None:
            self.skipTest("bubblewrap is not installed")
        self.root = os.path.join(self.folder, "rootfs")
        for name in ("app", "etc"):
            os.makedirs(os.path.join(self.root, name))
        shutil.copy(server(), os.path.join(self.root, "serve"))
        with open(os.path.join(self.root, "app", "given"), "w", encoding="ascii") as file:
            file.write("given")
        # What an installation of root gives to its user is below folders that root alone may enter.
        self.shims = Shims(self.folder)
        self.addCleanup(self.shims.close)

    def start(self, image=None, name="one", **fields):
        document = {"root": self.root, "directory": "/app", "port": 8080, **(image or {})}
        fields.setdefault("env", {"PATH": "/bin", "SERVER_PORT": str(document["port"])})
        self.assertEqual(self.shims.start(name, self.root, command=["/serve"], image=document, sandbox=self.SANDBOX, **fields), (0, ""))
        return name

    def ready(self, image=None, name="one", **fields):
        self.start(image, name, **fields)
        return self.shims.wait_state(name, "ready")

    def ask(self, path, name="one", body=None):
        address = self.shims.state(name)["address"][len("unix:") :].partition("#")[0]
        connection = UnixConnection(address)
        with contextlib.closing(connection):
            connection.request("POST" if body else "GET", path, body)
            response = connection.getresponse()
            return response.status, response.read()

    def log(self, name="one"):
        with open(self.shims.path(name, "log"), encoding="utf-8") as file:
            return file.read()

    def test_serves_from_its_own_files_with_its_own_user(self):
        self.ready({"uid": 0, "gid": 0})
        seen = json.loads(self.ask("/seen")[1])
        self.assertEqual((seen["uid"], seen["gid"], seen["directory"]), (0, 0, "/app"))
        self.assertEqual(seen["arguments"], ["/serve"])
        self.assertIn("PATH=/bin", seen["environment"])
        self.assertLessEqual({"app", "serve", "tmp", "proc", "dev", "written"}, set(seen["root"]))
        self.assertEqual([seen["write_root"], seen["write_own"], seen["write_tmp"]], ["done"] * 3)
        with open(os.path.join(self.root, "app", "given"), encoding="ascii") as file:
            self.assertEqual(file.read(), "given")
        self.assertFalse(os.path.exists(os.path.join(self.root, "written")), "what one instance writes is its own")

    def test_reaches_nothing_of_the_machine(self):
        self.ready({"uid": 0, "gid": 0})
        seen = json.loads(self.ask("/seen")[1])
        self.assertEqual(seen["interfaces"], ["lo"])
        self.assertEqual([seen["CapEff"], seen["CapBnd"]], ["0" * 16] * 2)
        self.assertEqual([seen["NoNewPrivs"], seen["Seccomp"]], ["1", "2"])
        for name in ("setuid", "mount", "unshare", "chroot", "write_hosts", "write_core_pattern", "write_devices"):
            self.assertNotEqual(seen[name], "done", name)
        self.assertEqual(seen["host_files"], [])
        self.assertLessEqual(len([each for each in seen["processes"] if each.isdigit()]), 3)
        self.assertEqual([each for each in seen["descriptors"] if int(each) > 9], [])
        self.assertLessEqual(set(seen["devices"]) - {"fd", "stdin", "stdout", "stderr", "shm", "pts", "ptmx", "core", "console"},
                             {"null", "zero", "full", "random", "urandom", "tty"})

    def test_runs_as_the_user_of_the_image(self):
        self.ready({"uid": 33, "gid": 44, "port": 9090})
        seen = json.loads(self.ask("/seen")[1])
        self.assertEqual((seen["uid"], seen["gid"]), (33, 44))

    def test_ends_when_it_is_asked_to(self):
        self.ready()
        self.shims.kill("one", "shim", 15)
        state = self.shims.wait_state("one", "exited")
        self.assertEqual((state["stopped_by"], state["cause"]), ("signal", None))

    def test_ends_with_its_shim(self):
        state = self.ready()
        self.shims.kill("one", "shim")
        wait_for(lambda: not os.path.exists("/proc/%d" % state["process"]["pid"]), 10, "the end of the process")

    def test_tells_the_end_of_its_server(self):
        self.ready()
        with contextlib.suppress(OSError, Exception):
            self.ask("/exit")
        self.assertIn("exit code 7", self.shims.wait_state("one", "exited")["cause"])

    def test_a_program_that_is_missing_is_told(self):
        os.remove(os.path.join(self.root, "serve"))
        self.start()
        self.assertIn("serve", self.shims.wait_state("one", "failed")["cause"])

    def test_is_ready_after_its_checks(self):
        checks = {
            "startup": dict(EVERY, command=["/serve", "check", "/tmp/started"], failures=100),
            "readiness": dict(EVERY, path="/health"),
            "liveness": dict(EVERY, path="/health"),
        }
        self.start({"checks": checks})
        wait_for(lambda: "no file /tmp/started" in self.log(), 10, "the first start-up check")
        self.assertEqual(self.shims.state("one")["state"], "starting")
        with contextlib.closing(UnixConnection(self.shims.path("one", "s"))) as connection:
            connection.request("GET", "/make?file=/tmp/started")
            connection.getresponse()
        self.shims.wait_state("one", "ready")
        self.assertEqual(self.ask("/health")[0], 200)

    def test_a_start_up_check_that_fails_ends_it(self):
        self.start({"checks": {"startup": dict(EVERY, path="/nothing/health", failures=2), "liveness": dict(EVERY, path="/")}},
                   env={"PATH": "/bin", "SERVER_PORT": "8080"})
        self.shims.wait_state("one", "ready")  # the server answers every path
        self.start({"checks": {"startup": dict(EVERY, command=["/serve", "check", "/none"], failures=2)}}, name="two")
        cause = self.shims.wait_state("two", "failed")["cause"]
        self.assertIn("start-up check failed 2 times in a row: '/serve check /none': exit code 1: no file /none", cause)

    def test_a_liveness_check_that_fails_ends_it(self):
        self.ready({"checks": {"liveness": dict(EVERY, path="/health")}})
        self.ask("/make?file=/tmp/ill")
        self.assertIn("liveness check failed 2 times in a row: GET /health: status 503", self.shims.wait_state("one", "exited")["cause"])

    def test_a_readiness_check_that_fails_takes_it_out_of_use(self):
        checks = {"readiness": dict(EVERY, path="/health"), "liveness": dict(EVERY, command=["/serve", "check", "/serve"])}
        self.ready({"checks": checks})
        self.ask("/make?file=/tmp/ill")
        wait_for(lambda: self.shims.state("one")["refuses"], 10, "that it is out of use")
        with self.assertRaises(OSError):
            self.ask("/health")
        pid = self.shims.state("one")["process"]["pid"]
        os.remove("/proc/%d/root/tmp/ill" % pid)
        wait_for(lambda: self.shims.state("one")["refuses"] is None, 10, "that it is in use again")
        self.assertEqual(self.ask("/health")[0], 200)

    def test_pins_its_certificate(self):
        state = self.ready({"tls": True, "checks": {"readiness": dict(EVERY, path="/health")}},
                           env={"SERVER_TLS": "1", "PATH": "/bin"})
        path, _, pin = state["address"][len("unix:") :].partition("#sha256=")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with socket.socket(socket.AF_UNIX) as plain:
            plain.connect(path)
            with context.wrap_socket(plain) as secured:
                self.assertEqual(hashlib.sha256(secured.getpeercert(True)).hexdigest(), pin)

    def test_says_that_a_server_speaks_no_https(self):
        self.start({"tls": True})
        self.assertIn('write "protocol": "http" in config.json', self.shims.wait_state("one", "failed")["cause"])

    def test_refuses_links_where_files_of_ours_are(self):
        outside = os.path.join(self.folder, "outside")
        os.mkdir(outside)
        os.rmdir(os.path.join(self.root, "etc"))
        os.symlink(outside, os.path.join(self.root, "etc"))
        self.start()
        self.assertIn("a link at '/etc'", self.shims.wait_state("one", "failed")["cause"])
        self.assertEqual(os.listdir(outside), [])


class BubblewrapTests(ImageCase, Folder):
    SANDBOX = "bubblewrap"


class NamespacesTests(ImageCase, Folder):
    SANDBOX = "namespaces"


class NoSandboxTests(Folder):
    def test_needs_a_sandbox(self):
        root = os.path.join(self.folder, "rootfs")
        os.mkdir(root)
        shims = Shims(self.folder)
        self.addCleanup(shims.close)
        shims.start("one", root, command=["/serve"], image={"root": root, "port": 8080}, sandbox="none")
        self.assertIn("apt-get install bubblewrap", shims.wait_state("one", "failed")["cause"])


if __name__ == "__main__":
    unittest.main()
