"""Starts real servers and real shims for the tests, and ends each of them."""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

SOURCES = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "main", "python"))
SERVER = os.path.join(SOURCES, "_slipway_runtime", "__main__.py")
SHIM = os.path.join(SOURCES, "slipway_shim.py")
if SOURCES not in sys.path:
    sys.path.insert(0, SOURCES)

# The longest wait for an answer; deploy/test/engines.py allows more.
ANSWER_SECONDS = 10

ECHO = """
from model_service.model_service import SingleNodeService

class Echo(SingleNodeService):
    def _inference(self, data):
        return {"echo": data}
"""

# Puts three descriptors on the numbers where the server looks for them, and becomes it.
START = """
import os, sys
for place, given in enumerate(map(int, sys.argv[1:4]), 3):
    os.dup2(given, place)
    os.close(given)
os.execv(sys.argv[4], sys.argv[4:])
"""


def plain_python():
    """An interpreter that also another user may run, as whom a model runs without a sandbox when the tests run as root."""
    folder = os.path.dirname(os.path.realpath(sys.executable))
    while folder != "/":
        if not os.stat(folder).st_mode & 1:
            return "/usr/bin/python3"
        folder = os.path.dirname(folder)
    return sys.executable


def wait_for(condition, seconds=10, what="the condition"):
    """The first true value of `condition`, asked again and again for `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("%s did not come true in %s s" % (what, seconds))
        threading.Event().wait(0.01)


class Folder(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="slipway-runtime-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def skip_without(self, sandbox, model, files="copy"):
        """Skips the test with the reason where this kind of sandbox does not work."""
        from _slipway_shim.layers import Layers
        from _slipway_shim.sandbox import Sandbox
        from _slipway_shim.spec import Spec

        spec = Spec({"command": ["x"], "model_dir": model, "sandbox": sandbox}, self.folder)
        reason = Sandbox(spec, sandbox, Layers([model], os.path.join(self.folder, "tried"), "/home/mind/model", files)).why_not()
        if reason is not None:
            self.skipTest(reason)

    def package(self, code=ECHO, config=None, files=None, name="package"):
        """A model directory; its path ends in /model as packages expect."""
        model = os.path.join(self.folder, name, "model")
        os.makedirs(model)
        contents = {"config.json": json.dumps(config or {"model_type": "Custom", "model_algorithm": "test"})}
        if code is not None:
            contents["customize_service.py"] = textwrap.dedent(code)
        contents.update(files or {})
        for file_name, text in contents.items():
            path = os.path.join(model, file_name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return model


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=ANSWER_SECONDS)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Server:
    """A server process with its events, its control pipe and its socket, as a shim would hold it."""

    PROBE = {"X-Slipway-Probe": "1"}

    def __init__(self, model, *options, env=None, secret=None, python=sys.executable):
        events_read, events_write = os.pipe()
        control_read, self._control = os.pipe()
        os.write(self._control, (json.dumps({"secret": secret}) + "\n").encode("ascii"))
        self._folder = tempfile.mkdtemp(prefix="slipway-socket-")
        self.path = os.path.join(self._folder, "s")
        # Kept open as the shim keeps it.
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen(1024)
        self.log_file = tempfile.TemporaryFile()
        command = [python, "-I", SERVER, "--supervised", "--model-dir", model, *options]
        given = [fcntl.fcntl(one, fcntl.F_DUPFD, 20) for one in (events_write, control_read, self._listener.fileno())]
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", START, *map(str, given), *command],
            stdin=subprocess.DEVNULL,
            stdout=self.log_file,
            stderr=subprocess.STDOUT,
            env=dict(os.environ, **(env or {})),
            pass_fds=given,
        )
        for descriptor in (events_write, control_read, *given):
            os.close(descriptor)
        self.events = []
        self._stream = os.fdopen(events_read, encoding="ascii")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._stream:
            self.events.append(json.loads(line))

    def event(self, name, seconds=10):
        return wait_for(lambda: next((one for one in self.events if one["event"] == name), None), seconds, "event '%s'" % name)

    def ready(self):
        self.event("ready")
        return self

    def connect(self):
        """A plain connection."""
        self.event("listening")
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection

    def health(self):
        return self.request("GET", "/health", headers=self.PROBE)

    def drain(self):
        """Closes the control pipe."""
        if self._control is not None:
            os.close(self._control)
            self._control = None

    def request(self, method="POST", path="/", body=None, headers=None):
        self.event("listening")
        return self.ask(self.path, method, path, body, headers)

    @staticmethod
    def ask(address, method, path, body, headers):
        """Status, parsed body and headers. The address is a path, or host and port."""
        connection = UnixConnection(address) if isinstance(address, str) else http.client.HTTPConnection(*address, timeout=ANSWER_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null"), dict(response.getheaders())

    def post_json(self, value):
        return self.request(body=json.dumps(value), headers={"Content-Type": "application/json"})

    def log(self):
        self.log_file.seek(0)
        return self.log_file.read().decode("utf-8")

    def exit_code(self, seconds=10):
        return self.process.wait(seconds)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.drain()
        self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._reader.join(5)
        self._stream.close()
        self.log_file.close()


class Shims:
    """Instance folders with their shims; `close` ends all that still lives."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "instances")
        os.makedirs(self.folder)
        self._seen = {}

    def write_spec(self, name, model, **fields):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder, exist_ok=True)
        spec = {
            "command": ["{python}", "-I", SERVER, "--supervised", "--model-dir", "{model}"],
            "model_dir": model,
            "grace_seconds": 5,
        }
        spec.update(fields)
        path = os.path.join(folder, "spec.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(spec, file)
        return path

    def start(self, name, model, **fields):
        return self.run(self.write_spec(name, model, **fields))

    def run(self, spec):
        done = subprocess.run([plain_python(), "-I", "-S", SHIM, spec], stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        return done.returncode, done.stderr.decode("utf-8")

    def path(self, name, file):
        return os.path.join(self.folder, name, file)

    def copy(self, name):
        """The folder that holds the model as the instance sees it."""
        state = self.state(name)
        return "/proc/%d/root/home/mind" % state["process"]["pid"] if state["sandbox"]["used"] else state["package"]

    def state(self, name):
        try:
            with open(self.path(name, "state.json"), encoding="ascii") as file:
                state = json.load(file)
        except FileNotFoundError:
            return {}
        for kind in ("shim", "process"):
            if state.get(kind):
                self._seen[state[kind]["pid"]] = state[kind]["start_time"]
        return state

    def wait_state(self, name, wanted, seconds=15):
        try:
            return wait_for(lambda: self._in(name, wanted), seconds, "state '%s' of '%s'" % (wanted, name))
        except AssertionError as late:
            with open(self.path(name, "log"), "rb") as log:
                raise AssertionError("%s; it is %s; its log: %s" % (late, self.state(name), log.read()[-2000:])) from None

    def _in(self, name, wanted):
        state = self.state(name)
        return state if state.get("state") == wanted else None

    def kill(self, name, which, number=signal.SIGKILL):
        os.kill(self.state(name)[which]["pid"], number)

    def post(self, name, body):
        return self.post_to(self.state(name)["address"], body)

    @staticmethod
    def post_to(address, body):
        path, _, secret = address[len("unix:") :].partition("#secret=")
        connection = UnixConnection(path)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/json", **({"X-Slipway-Secret": secret} if secret else {})}
            connection.request("POST", "/", json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())

    def close(self):
        from _slipway_shim import processes

        for name in os.listdir(self.folder):
            self.state(name)
        mine = [
            pid
            for pid, started in self._seen.items()
            if started is not None and processes.start_time(pid) == started
        ]
        # With what they started: nobody else ends that once they are killed.
        for pid in mine + [below for each in mine for below in processes.below(each)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for name in os.listdir(self.folder):
            # What a killed shim could not remove.
            package = self.state(name).get("package")
            if package and not package.startswith(self.folder):
                shutil.rmtree(package, ignore_errors=True)
