"""The shim: what it tells, how it stops, and what happens when any process of the pair is killed."""

import fcntl
import glob
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import unittest

from runtime_fixture import SHIM, Folder, Shims, plain_python, wait_for

from _slipway_shim import processes, view
from _slipway_shim.state import LOG_BYTES

CODE = """
import os, sys, time
from model_service.model_service import SingleNodeService

class S(SingleNodeService):
    def __init__(self, model_name, model_path):
        self.model_path = model_path
        if os.environ.get("FAIL"):
            raise ValueError("wrong setting")
        if os.environ.get("CLOSE"):
            os.closerange(0, 256)
        if os.environ.get("DIE"):
            print("last words", flush=True)
            os._exit(9)
    def inference(self, data):
        what = data.get("do")
        if what == "env":
            return dict(os.environ)
        if what == "where":
            return [self.model_path, os.getcwd(), os.path.exists(os.path.join(self.model_path, "weights"))]
        if what == "limits":
            import resource
            return [resource.getrlimit(n)[0] for n in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE, resource.RLIMIT_DATA)]
        if what == "print":
            for number in range(data["lines"]):
                print("x" * 999, flush=True)
            return "printed"
        if what == "wait":
            open(os.path.join(self.model_path, "began"), "w").close()
            while not os.path.exists(os.path.join(self.model_path, "go")):
                time.sleep(0.01)
            print("after the wait", flush=True)
            return "waited"
        if what == "c call":
            import ctypes, signal
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            open(os.path.join(self.model_path, "began"), "w").close()
            return ctypes.CDLL(None).sleep(30)
        if what == "see":
            return os.path.exists(data["path"])
        if what == "say":
            # Not on the control pipe's end: what is known there ends it.
            os.write(3, data["line"].encode() + bytes([10]))
            return "said"
        if what == "allocate":
            return len(bytearray(data["bytes"]))
        if what == "change":
            path = lambda name: os.path.join(self.model_path, name)
            with open(path("weights"), "r+") as file:
                file.write("changed in place")
            with open(path("deep/more"), "a") as file:
                file.write("appended")
            os.chmod(path("deep"), 0o700)
            os.utime(path("deep/more"), (1, 1))
            os.rename(path("deep/more"), path("moved"))
            os.symlink("/etc/passwd", path("link"))
            os.remove(path("config.json"))
            os.mkdir(path("closed"), 0o000)
            return sorted(set(os.listdir(self.model_path)) - {"__pycache__"}), open(path("weights")).read(), open(path("moved")).read()
        return data
"""


def contents(folder):
    """Path, mode and digest of each file."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)
            with open(file, "rb") as stream:
                found[file] = (os.stat(file).st_mode, hashlib.sha256(stream.read()).hexdigest())
    return found


def is_locked(path):
    """Whether another process holds the lock, as a watcher of ours would ask."""
    with open(path, "r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


class ShimCase(Folder):
    SANDBOX = "none"

    def setUp(self):
        super().setUp()
        self.model = self.package(CODE, files={"weights": "1"})
        self.shims = Shims(self.folder)
        self.addCleanup(self.shims.close)

    def start(self, name="one", **fields):
        fields.setdefault("sandbox", self.SANDBOX)
        self.assertEqual(self.shims.start(name, self.model, **fields), (0, ""))
        return name

    def ready(self, name="one", **fields):
        self.start(name, **fields)
        return self.shims.wait_state(name, "ready")

    def waiting_request(self, name="one"):
        """A request that waits inside the package; the call that lets it go on and returns its answer."""
        answers = []

        def ask():
            try:
                answers.append(self.shims.post(name, {"do": "wait"}))
            except OSError as failure:
                answers.append(failure)

        thread = threading.Thread(target=ask)
        thread.start()
        self.addCleanup(thread.join, 10)
        self.wait_for_begin(name)

        def go_on():
            open(os.path.join(self.shims.copy(name), "model/go"), "w").close()
            thread.join(10)
            return answers[0]

        return go_on

    def wait_for_begin(self, name):
        wait_for(lambda: os.path.exists(os.path.join(self.shims.copy(name), "model/began")), 10, "the request's begin")

    def is_alive(self, process):
        return processes.start_time(process["pid"]) == process["start_time"]

    def wait_gone(self, process):
        wait_for(lambda: not self.is_alive(process), 10, "the end of %s" % process)


class LifeTests(ShimCase):
    def test_tells_all_that_is_needed_to_adopt_it(self):
        state = self.ready()
        self.assertEqual(state["host_id"], processes.host_id())
        self.assertEqual(state["boot_id"], processes.boot_id())
        self.assertTrue(self.is_alive(state["shim"]))
        self.assertTrue(self.is_alive(state["process"]))
        self.assertTrue(is_locked(self.shims.path("one", "lock")))
        self.assertEqual(self.shims.post("one", {"a": 1}), (200, {"a": 1}))

    def test_says_whose_it_is(self):
        belongs_to = {"pool": "default", "project": "0123", "labels": {"slipway.dev/model": "m-1"}}
        state = self.ready(**belongs_to)
        self.assertEqual({name: state[name] for name in belongs_to}, belongs_to)

    def test_files_are_private(self):
        self.ready()
        for name in ("state.json", "lock", "log"):
            self.assertEqual(stat.S_IMODE(os.stat(self.shims.path("one", name)).st_mode), 0o600, name)
        self.assertEqual(stat.S_IMODE(os.stat(self.shims.state("one")["package"]).st_mode) & 0o707, 0o700)

    def test_is_detached_from_the_session_that_started_it(self):
        state = self.ready()
        self.assertNotEqual(os.getsid(state["shim"]["pid"]), os.getsid(0))

    def test_a_second_shim_on_the_same_id_leaves_the_first_alone(self):
        before = self.ready()
        self.assertEqual(self.shims.run(self.shims.path("one", "spec.json")), (0, ""))
        self.assertEqual(self.shims.state("one"), before)

    def test_a_watcher_that_holds_the_lock_for_a_moment_does_not_keep_it_from_starting(self):
        spec = self.shims.write_spec("one", self.model, sandbox="none")
        path = self.shims.path("one", "lock")
        with open(path, "w+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            timer = threading.Timer(0.2, fcntl.lockf, (file, fcntl.LOCK_UN))
            timer.start()
            self.shims.run(spec)
            timer.join()
        self.shims.wait_state("one", "ready")

    @unittest.skipUnless(os.getuid() == 0, "models run as another user only where this one is root")
    def test_without_a_sandbox_an_interpreter_that_its_user_can_not_run_is_told_before_any_start(self):
        private = os.path.join(self.folder, "private")
        os.makedirs(private, mode=0o700)
        python = os.path.join(private, "python3")
        shutil.copy2(os.path.realpath("/usr/bin/python3"), python)
        checked = subprocess.run([python, "-I", "-S", SHIM, "--check", '{"sandbox": "none"}'], capture_output=True, timeout=20)
        answer = json.loads(checked.stdout)
        self.assertIsNone(answer["kind"])
        self.assertIn("without a sandbox models run as user 'nobody', who can't run '%s'" % python, answer["reason"])
        self.assertIn("engines.<name>.python", answer["reason"])

    def test_sets_environment_and_limits(self):
        self.ready(env={"TOKEN": "secret"}, limits={"memory_bytes": 300_000_000, "cpus": 2})
        _, environment = self.shims.post("one", {"do": "env"})
        self.assertEqual((environment["TOKEN"], environment["OMP_NUM_THREADS"], environment["OMP_WAIT_POLICY"]), ("secret", "2", "PASSIVE"))
        self.assertNotIn("SUDO_USER", environment)
        self.assertEqual(self.shims.post("one", {"do": "limits"})[1], [4096, 0, 300_000_000])
        self.assertEqual(self.shims.post("one", {"do": "allocate", "bytes": 400_000_000})[0], 500)
        self.assertEqual(self.shims.post("one", {"still": "alive"})[0], 200)
        for which in ("shim", "process"):
            with open("/proc/%d/cmdline" % self.shims.state("one")[which]["pid"], "rb") as file:
                self.assertNotIn(b"secret", file.read())

    def test_the_package_writes_to_a_copy_of_its_own(self):
        self.ready()
        model_path, directory, has_weights = self.shims.post("one", {"do": "where"})[1]
        self.assertTrue(has_weights)
        self.assertNotEqual(model_path, self.model)
        self.assertEqual(directory, os.path.dirname(model_path))
        copy = self.shims.state("one")["package"]
        self.shims.kill("one", "shim", signal.SIGTERM)
        self.shims.wait_state("one", "exited")
        wait_for(lambda: not os.path.exists(copy), 5, "the removal of the copy")

    def test_a_command_that_serves_nobody_leaves_its_files(self):
        code = (
            "import os, sys; out = os.path.join(sys.argv[1], 'out'); os.mkdir(out); open(os.path.join(out, 'made'), 'w').write('of the command'); "
            "os.symlink('/etc/passwd', os.path.join(out, 'link')); os.mkfifo(os.path.join(out, 'pipe')); os.mkdir(os.path.join(out, 'folder'))"
        )
        self.start(command=["{python}", "-I", "-c", code, "{model}"], socket=None, results="out")
        state = self.shims.wait_state("one", "failed")
        self.assertEqual((state["exit_code"], state["address"]), (0, None))
        left = self.shims.path("one", "out")
        self.assertEqual(os.listdir(left), ["made"])
        with open(os.path.join(left, "made"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "of the command")

    def test_nothing_is_taken_through_a_link(self):
        code = "import os, sys; os.symlink('/etc', os.path.join(sys.argv[1], 'out'))"
        self.start(command=["{python}", "-I", "-c", code, "{model}"], socket=None, results="out")
        self.shims.wait_state("one", "failed")
        self.assertEqual(os.listdir(self.shims.path("one", "out")), [])

    def test_the_log_is_kept_and_capped(self):
        self.ready()
        self.shims.post("one", {"do": "print", "lines": 11_000})
        # The answer may be here before the shim has read the last of the pipe.
        wait_for(lambda: sum(self.log_sizes()) >= 11_000_000, 10, "the whole log")
        self.assertLessEqual(max(self.log_sizes()), LOG_BYTES)

    def log_sizes(self):
        return [os.path.getsize(self.shims.path("one", name)) for name in ("log", "log.1")]

    def test_says_what_is_wrong_with_a_spec(self):
        code, message = self.shims.run(self.shims.write_spec("bad", self.folder + "/missing"))
        self.assertEqual(code, 1)
        self.assertIn("'model_dir' must be a folder", message)


    def test_what_a_package_changes_is_its_own_and_goes_with_it(self):
        self.model = self.package(CODE, files={"weights": "1", "deep/more": "2"}, name="shared")
        before = contents(self.model)
        for name in ("one", "two"):
            self.ready(name)
        self.assertEqual(self.shims.state("one")["sandbox"]["files"], self.files())
        expected = [["closed", "customize_service.py", "deep", "link", "moved", "weights"], "changed in place", "2appended"]
        self.assertEqual(self.shims.post("one", {"do": "change"}), (200, expected))
        self.assertEqual(contents(self.model), before)
        self.assertEqual(self.shims.post("two", {"do": "see", "path": self.shims.post("two", {"do": "where"})[1][0] + "/config.json"})[1], True)
        package = self.shims.state("one")["package"]
        self.shims.kill("one", "shim", signal.SIGTERM)
        self.shims.wait_state("one", "exited")
        wait_for(lambda: not os.path.exists(package), 5, "the removal of what it wrote")

    def files(self):
        return "copy"


class FailureTests(ShimCase):
    def test_a_failed_load_is_exit_code_3_with_its_cause(self):
        self.start(env={"FAIL": "1"})
        state = wait_for(lambda: self.shims.state("one").get("ended_at") and self.shims.state("one"))
        self.assertEqual((state["state"], state["exit_code"], state["stopped_by"]), ("failed", 3, None))
        self.assertEqual(state["cause"], "the constructor of 'S' failed: ValueError: wrong setting at customize_service.py:9")
        self.wait_gone(state["shim"])
        self.assertFalse(is_locked(self.shims.path("one", "lock")))

    def test_an_end_before_readiness_names_code_and_last_line(self):
        self.start(env={"DIE": "1"})
        state = wait_for(lambda: self.shims.state("one").get("ended_at") and self.shims.state("one"))
        self.assertEqual((state["state"], state["exit_code"]), ("failed", 9))
        self.assertEqual(state["cause"], "the process ended with exit code 9 before it was ready; its last line: last words")

    def test_a_package_that_has_closed_all_descriptors_is_told_so(self):
        self.start(env={"CLOSE": "1"})
        state = wait_for(lambda: self.shims.state("one").get("ended_at") and self.shims.state("one"))
        self.assertEqual(
            state["cause"],
            "the package has closed descriptors that it had not opened before it was ready, and its server could not go on",
        )

    def test_a_command_that_can_t_be_run_is_a_failed_instance(self):
        self.start(command=["/nowhere/python"])
        state = self.shims.wait_state("one", "failed")
        self.assertIn("/nowhere/python", state["cause"])


class StopTests(ShimCase):
    def test_sigterm_drains_first(self):
        self.ready()
        go_on = self.waiting_request()
        self.shims.kill("one", "shim", signal.SIGTERM)
        self.assertEqual(self.shims.wait_state("one", "draining")["stopped_by"], "signal")
        self.assertEqual(go_on(), (200, "waited"))
        state = self.shims.wait_state("one", "exited")
        self.assertEqual((state["exit_code"], state["signal"], state["stopped_by"]), (0, None, "signal"))

    def test_a_package_that_ignores_sigterm_in_a_c_call_of_30_s_is_drained_and_killed_after_the_grace(self):
        self.ready(grace_seconds=0.5)
        process = self.shims.state("one")["process"]
        thread = threading.Thread(target=lambda: self.assertRaises(OSError, self.shims.post, "one", {"do": "c call"}))
        thread.start()
        self.addCleanup(thread.join, 10)
        self.wait_for_begin("one")
        os.kill(process["pid"], signal.SIGTERM)
        self.shims.kill("one", "shim", signal.SIGTERM)
        state = self.shims.wait_state("one", "exited")
        self.assertEqual((state["signal"], state["stopped_by"]), (signal.SIGKILL, "signal"))

    def test_no_line_on_descriptor_3_ends_the_shim(self):
        started = self.ready()
        deep = '{"event": ' + "[" * 300 + "]" * 300 + "}"
        for line in ("[" * 60_000, '{"a":' * 3_000, deep, "[]", "null", '{"event": ["ready"]}', "x" * 70_000):
            with self.subTest(line[:20]):
                self.assertEqual(self.shims.post("one", {"do": "say", "line": line}), (200, "said"))
        # What a package that serves says of itself changes nothing.
        for line in ('{"event": "failed", "cause": "forged"}', '{"event": "draining"}', '{"event": "ready", "address": "127.0.0.1:1"}'):
            self.shims.post("one", {"do": "say", "line": line})
        self.shims.post("one", {"do": "say", "line": '{"event": "warning", "message": "a\\u0000b\\ud800c\\u001b[31m"}'})
        wait_for(lambda: "a\ufffdb\ufffdc\ufffd[31m" in self.shims.state("one")["warnings"], 10, "the warning")
        state = self.shims.state("one")
        self.assertEqual((state["state"], state["cause"], state["address"]), ("ready", None, started["address"]))

    def test_a_bug_of_the_shim_leaves_no_process(self):
        started = self.ready()
        process = started["process"]
        # Its own file can't be written again: no event of a package, but a failure that nobody expects.
        aside = self.shims.path("one", "aside")
        os.rename(self.shims.path("one", "state.json"), aside)
        os.mkdir(self.shims.path("one", "state.json"))
        try:
            try:
                self.shims.post_to(started["address"], {"do": "say", "line": '{"event": "warning", "message": "odd"}'})
            except OSError:
                # It was ended before it had answered.
                pass
            wait_for(lambda: processes.start_time(process["pid"]) != process["start_time"], 10, "the end of its process")
        finally:
            os.rmdir(self.shims.path("one", "state.json"))
            os.rename(aside, self.shims.path("one", "state.json"))

    def test_kills_after_the_grace(self):
        self.ready(grace_seconds=0.5)
        self.waiting_request()
        self.shims.kill("one", "shim", signal.SIGTERM)
        state = self.shims.wait_state("one", "exited")
        self.assertEqual((state["signal"], state["stopped_by"]), (signal.SIGKILL, "signal"))

    def test_drains_when_nobody_touches_the_lease(self):
        self.start(lease_seconds=1)
        self.assertEqual(self.shims.wait_state("one", "exited")["stopped_by"], "lease")

    def test_lives_on_while_the_lease_is_touched(self):
        spec = self.shims.write_spec("one", self.model, sandbox=self.SANDBOX, lease_seconds=3)
        lease, stop = self.shims.path("one", "lease"), threading.Event()

        def touch():
            while not stop.wait(0.1):
                open(lease, "w").close()

        toucher = threading.Thread(target=touch)
        toucher.start()
        self.addCleanup(toucher.join)
        self.addCleanup(stop.set)
        self.shims.run(spec)
        started = self.shims.wait_state("one", "ready")["started_at"]
        wait_for(lambda: time.time() > started + 4, 10, "more than a lease")
        self.assertEqual(self.shims.state("one")["state"], "ready")


class KillTests(ShimCase):
    """kill -9 of each process alone."""

    def test_a_killed_process_is_told_with_its_signal(self):
        self.ready()
        self.shims.kill("one", "process")
        state = self.shims.wait_state("one", "exited")
        self.assertEqual((state["exit_code"], state["signal"], state["stopped_by"]), (None, signal.SIGKILL, None))
        self.assertEqual(state["cause"], "the process was killed by SIGKILL")
        self.wait_gone(state["shim"])

    def test_a_killed_shim_frees_the_lock_and_its_process_drains(self):
        state = self.ready()
        go_on = self.waiting_request()
        self.shims.kill("one", "shim")
        wait_for(lambda: not is_locked(self.shims.path("one", "lock")), 5, "the free lock")
        self.assertEqual(go_on(), (200, "waited"))
        self.wait_gone(state["process"])
        self.assertEqual(self.shims.state("one")["state"], "ready")

    def test_a_process_waiting_for_its_starter_survives_it(self):
        spec = self.shims.write_spec("one", self.model, sandbox=self.SANDBOX)
        starter = subprocess.Popen(
            ["sh", "-c", '"$@"; kill -9 $$', "sh", plain_python(), "-I", "-S", SHIM, spec],
            start_new_session=True,
        )
        self.assertEqual(starter.wait(10), -signal.SIGKILL)
        self.shims.wait_state("one", "ready")
        self.assertEqual(self.shims.post("one", {"a": 1})[0], 200)


class NamespacesTests(LifeTests, FailureTests, StopTests, KillTests):
    """The same in namespaces, and what they hide."""

    SANDBOX = "namespaces"

    def setUp(self):
        super().setUp()
        self.skip_without(self.SANDBOX, self.model)

    def files(self):
        return "overlay" if self.overlay_works() else "copy"

    def overlay_works(self):
        try:
            self.skip_without(self.SANDBOX, self.model, "overlay")
        except unittest.SkipTest:
            return False
        return True

    @unittest.skipUnless(os.geteuid() == 0, "only root mounts a file system for it")
    def test_where_overlays_are_refused_the_model_is_copied(self):
        """The folder of the instances lies on an overlay itself, as in many containers."""
        for name in ("empty", "upper-work"):
            os.mkdir(os.path.join(self.folder, name))
        spec = self.shims.write_spec("one", self.model, sandbox=self.SANDBOX)
        options = "lowerdir=%s/empty,upperdir=%s,workdir=%s/upper-work" % (self.folder, self.shims.folder, self.folder)
        script = 'mount -t overlay overlay -o "$0" "$1" && shift && exec "$@"'
        words = ["unshare", "-m", "sh", "-c", script, options, self.shims.folder, plain_python(), "-I", "-S", SHIM, spec]
        started = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        self.assertEqual((started.returncode, started.stderr), (0, b""))
        state = self.shims.wait_state("one", "ready")
        self.assertEqual((state["sandbox"]["kind"], state["sandbox"]["files"]), (self.SANDBOX, "copy"))
        with open(self.shims.path("one", "log"), encoding="utf-8") as log:
            self.assertRegex(log.read(), "model by copy .*Invalid argument")

    def test_the_package_lies_at_home_mind_model(self):
        self.ready()
        self.assertEqual(self.shims.post("one", {"do": "where"})[1], ["/home/mind/model", "/home/mind", True])

    def test_the_folder_of_the_installation_is_not_seen(self):
        self.ready()
        for path in (self.folder, self.shims.path("one", "spec.json"), "/etc/shadow"):
            self.assertIs(self.shims.post("one", {"do": "see", "path": path})[1], False, path)

    def test_the_settings_of_a_java_are_seen(self):
        """Without them a Java of Debian or Fedora does not start, and so no Spark."""
        names = ["java", "java-17-openjdk", "java-1.8.0-openjdk-amd64", "javascript-common", "java-secrets"]
        self.assertEqual([name for name in names if view.JAVA.fullmatch(name)], names[:3])
        self.ready()
        for path in glob.glob("/etc/java-*-openjdk*"):
            self.assertIs(self.shims.post("one", {"do": "see", "path": path})[1], True, path)

    def test_the_name_of_the_machine_has_an_address(self):
        code = """
            import socket
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    return [socket.gethostname(), socket.gethostbyname(socket.gethostname()), socket.gethostbyname("localhost")]
        """
        self.model = self.package(code, name="name")
        self.ready()
        self.assertEqual(self.shims.post("one", {})[1], ["instance", "127.0.0.1", "127.0.0.1"])

    def test_the_environment_reaches_the_package_but_no_command_line(self):
        state = self.ready(env={"TOKEN": "secret", "LD_PRELOAD": "/nowhere.so"})
        _, environment = self.shims.post("one", {"do": "env"})
        self.assertEqual((environment["TOKEN"], environment["HOME"], environment["LD_PRELOAD"]), ("secret", "/home/mind", "/nowhere.so"))
        outer = self.outer(state)
        for pid, file in ((outer, "environ"), (outer, "cmdline"), (state["process"]["pid"], "cmdline")):
            with open("/proc/%d/%s" % (pid, file), "rb") as stream:
                text = stream.read()
            self.assertNotIn(b"secret", text)
            self.assertNotIn(b"nowhere", text)

    def test_the_interpreter_of_a_virtual_environment_runs_in_the_sandbox(self):
        venv = os.path.join(self.folder, "venv")
        subprocess.run([plain_python(), "-m", "venv", "--without-pip", venv], check=True, timeout=60)
        library = glob.glob(os.path.join(venv, "lib", "python3*", "site-packages"))[0]
        with open(os.path.join(library, "only_in_this_venv.py"), "w", encoding="ascii") as file:
            file.write("WHERE = __file__\n")
        self.model = self.package("import only_in_this_venv\n" + CODE, name="in-venv")
        spec = self.shims.write_spec("one", self.model, sandbox=self.SANDBOX, env={"FROM": "venv"})
        started = subprocess.run([os.path.join(venv, "bin", "python"), "-I", "-S", SHIM, spec], stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
        self.assertEqual((started.returncode, started.stderr), (0, b""))
        state = self.shims.wait_state("one", "ready")
        self.assertEqual((state["sandbox"]["used"], state["sandbox"]["kind"]), (True, self.SANDBOX))
        seen = {path: self.shims.post("one", {"do": "see", "path": path})[1] for path in (library, self.folder + "/instances")}
        self.assertEqual(seen, {library: True, self.folder + "/instances": False})

    def outer(self, state):
        with open("/proc/%d/stat" % state["process"]["pid"], "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])

    def test_a_failed_load_is_exit_code_3_here_too(self):
        self.start(env={"FAIL": "1"})
        state = wait_for(lambda: self.shims.state("one").get("ended_at") and self.shims.state("one"))
        self.assertEqual((state["state"], state["exit_code"]), ("failed", 3))

    def test_a_killed_outer_process_takes_the_inner_with_it(self):
        state = self.ready()
        os.kill(self.outer(state), signal.SIGKILL)
        self.shims.wait_state("one", "exited")
        self.wait_gone(state["process"])


class BubblewrapTests(NamespacesTests):
    SANDBOX = "bubblewrap"


if __name__ == "__main__":
    unittest.main()
