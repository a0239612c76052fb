"""An installation of their own for the benchmarks: ./slipway up in a new folder, its API and its object storage. Needs curl."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import time
import urllib.error
import urllib.request

SLIPWAY = str(pathlib.Path(__file__).resolve().parent.parent / "slipway")
FLAVOR = "modelarts.vm.cpu.2u"

TICKS = os.sysconf("SC_CLK_TCK")

SETTINGS = """
pools:
  - name: default
    flavors:
      - {name: %s, cpu: 2, memory-mb: 8192, slots: %d}
accounts:
  - name: slipway
    projects: [local]
    users:
      - {name: admin, password-secret: admin-password}
"""


def cpu_seconds(pid, with_ended_children=False):
    """User and system time of all threads that the process has and had; on demand that of its ended children too."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, stat[11:15] if with_ended_children else stat[11:13])) / TICKS


def proportional_memory(pid):
    """In MB of 1024 * 1024 bytes: what is shared with others counts by its share."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid}: no Pss in smaps_rollup")


def tree_cpu_seconds(pid):
    """Of the process and of all below it that live: a sandbox's first process only waits for the one that works."""
    return cpu_seconds(pid) + sum(map(tree_cpu_seconds, children(pid)))


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Installation:
    """A running ./slipway up, with the options that it ships. `slots` is the number of instances that its pool has room for.

    `roles` are what runs in a process each instead, in the order of their start, as ./slipway run takes them: ["parts", "api,worker,gateway"].
    A folder that was used before is used on.
    """

    def __init__(self, folder, slots, roles=()):
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        (self.data / "slipway.yml").write_text(SETTINGS % (FLAVOR, slots))
        self.log = open(folder / "up.log", "ab")
        self.roles = {}
        for role in roles or ["up"]:
            self.start(role)
        self.env = {}
        self.token = None

    def start(self, role):
        words = ["up"] if role == "up" else ["run", role]
        self.roles[role] = subprocess.Popen([SLIPWAY, *words, "--data", str(self.data)], stdout=self.log, stderr=self.log)

    @property
    def process(self):
        """The one started last, in which the work is done where there are several."""
        return list(self.roles.values())[-1]

    def await_api(self):
        end = time.monotonic() + 1800  # the first start builds it
        while self.token is None:
            if any(process.poll() is not None for process in self.roles.values()) or time.monotonic() > end:
                raise SystemExit(f"it did not start, see {self.log.name}")
            time.sleep(1)
            printed = subprocess.run([SLIPWAY, "env", "--data", str(self.data)], capture_output=True, text=True)
            for line in printed.stdout.splitlines():
                if line.startswith("export "):
                    name, _, value = line[7:].partition("=")
                    self.env[name] = "".join(shlex.split(value))
            try:
                self.token = self.log_in()
            except (KeyError, OSError):
                pass

    def log_in(self):
        e = self.env
        user = {"name": e["OS_USERNAME"], "password": e["OS_PASSWORD"], "domain": {"name": e["OS_USER_DOMAIN_NAME"]}}
        body = {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": {"name": e["OS_PROJECT_NAME"]}},
            }
        }
        request = urllib.request.Request(
            e["OS_AUTH_URL"] + "/auth/tokens", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers["X-Subject-Token"]

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.env['SLIPWAY_ENDPOINT']}/v1/{self.env['OS_PROJECT_ID']}{path}",
            None if body is None else json.dumps(body).encode(),
            {"X-Auth-Token": self.token, "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"{method} {path}: {refused.code} {refused.read().decode()}") from refused

    def until(self, path, key, good, limit):
        end = time.monotonic() + limit
        while True:
            shown = self.call("GET", path)
            if shown[key] in good:
                return shown
            if shown[key] == "failed" or time.monotonic() > end:
                raise SystemExit(f"{path}: {key} is {shown[key]}: {self.call('GET', path + '/events')}")
            time.sleep(1)

    def put(self, key, file):
        e = self.env
        subprocess.run(
            ["curl", "-sf", "--user", f"{e['AWS_ACCESS_KEY_ID']}:{e['AWS_SECRET_ACCESS_KEY']}"]
            + ["--aws-sigv4", f"aws:amz:{e['AWS_REGION']}:s3", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]
            + ["-T", str(file), f"{e['AWS_ENDPOINT_URL_S3']}/{e['SLIPWAY_BUCKET']}/{key}"],
            check=True,
        )

    def resident(self, of="VmRSS"):
        """In MB of 1,000,000 bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(of + r":\s+(\d+) kB", status).group(1)) * 1024 / 1e6

    def get(self, key, file):
        e = self.env
        subprocess.run(
            ["curl", "-sf", "--user", f"{e['AWS_ACCESS_KEY_ID']}:{e['AWS_SECRET_ACCESS_KEY']}"]
            + ["--aws-sigv4", f"aws:amz:{e['AWS_REGION']}:s3", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]
            + ["-o", str(file), f"{e['AWS_ENDPOINT_URL_S3']}/{e['SLIPWAY_BUCKET']}/{key}"],
            check=True,
        )

    def pid_of_part(self, part):
        """Of `postgres` or `temporal`."""
        return int(re.search(r"pid=(\d+)", (self.data / "run" / f"{part}.pid").read_text()).group(1))

    def cpu(self):
        """CPU seconds so far by what uses them: our JVM, the embedded servers; models and their shims are not in it."""
        postgres = self.pid_of_part("postgres")
        found = {
            "slipway": sum(cpu_seconds(process.pid) for role, process in self.roles.items() if role != "parts"),
            "postgres": cpu_seconds(postgres, with_ended_children=True) + sum(map(cpu_seconds, children(postgres))),
            "temporal": cpu_seconds(self.pid_of_part("temporal")),
        }
        return found | {"parts": cpu_seconds(self.roles["parts"].pid)} if "parts" in self.roles else found

    def ask(self, sql):
        """The lines that the database answers with, columns separated by |."""
        ports = dict(line.split("=", 1) for line in (self.data / "ports").read_text().splitlines() if "=" in line)
        password = (self.data / "secrets" / "database-superuser-password").read_text().strip()
        found = subprocess.run(
            ["psql", "-h", "127.0.0.1", "-p", ports["postgres"], "-U", "postgres", "-d", "slipway", "-tAc", sql],
            env={**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "5"},
            capture_output=True,
            text=True,
            check=True,
        )
        return found.stdout.split()

    def instances(self):
        """What the shims say of the instances that are ready or run."""
        found = []
        for file in (self.data / "instances").glob("*/state.json"):
            try:
                found.append(json.loads(file.read_text()))
            except (OSError, ValueError):
                continue  # it is being removed
        return found

    def workflows(self, part_of_id):
        """What Temporal's own command says of the workflows whose id contains that, their history's length with it."""
        listed = self.temporal("list")
        ids = {each["execution"]["workflowId"] for each in listed}
        return [self.temporal("describe", "-w", each)["workflowExecutionInfo"] for each in ids if part_of_id in each]

    def temporal(self, *words):
        command = os.readlink(f"/proc/{self.pid_of_part('temporal')}/exe")
        server = ["--address", self.env["TEMPORAL_ADDRESS"], "--namespace", self.env["TEMPORAL_NAMESPACE"]]
        return json.loads(subprocess.run([command, "workflow", *words, *server, "-o", "json"], check=True, capture_output=True).stdout)

    def close(self):
        for process in reversed(self.roles.values()):
            if process.poll() is None:
                process.terminate()
                process.wait(120)
        subprocess.run([SLIPWAY, "down", "--data", str(self.data)], stdout=self.log, stderr=self.log)

    def import_package(self, name, version, config, code, folder):
        """Uploads a package of two files, and imports it; returns the model's id."""
        self.put_package(name, config, code, folder)
        model = self.call("POST", "/models", self.order(name, name, version))["model_id"]
        self.until("/models/" + model, "model_status", ["published"], 300)
        return model

    def put_package(self, name, config, code, folder):
        for file, text in (("config.json", json.dumps(config)), ("customize_service.py", code)):
            (folder / file).write_text(text)
            self.put(f"{name}/model/{file}", folder / file)

    def order(self, model, package, version):
        """The body that imports a package."""
        source = f"obs://{self.env['SLIPWAY_BUCKET']}/{package}/"
        return {"model_name": model, "model_version": version, "model_type": "Custom", "source_location": source}
