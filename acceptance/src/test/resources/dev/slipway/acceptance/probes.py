"""Attempts of model code to reach what it was not given. Each returns what it reached, or raises.

As a model package it answers {"target": {...}} with {name: "reached: ..." | "not reached: ..."}. As a script, with the same JSON object
as its argument, it prints that: the control that shows that an attempt works where it may.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

PROBES = {}
LIBC = ctypes.CDLL(None, use_errno=True)


def probe(function):
    PROBES[function.__name__] = function
    return function


def check(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return "done"


def connect(port, host="127.0.0.1"):
    with socket.create_connection((host, port), timeout=3) as connection:
        return "connected to %s" % (connection.getpeername(),)


def read(path):
    with open(path, "rb") as file:
        return "%d bytes" % len(file.read(100_000))


def write(path):
    is_new = not os.path.exists(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.close(descriptor)
    if is_new:
        os.unlink(path)
    return "opened for writing"


def listing(path):
    return "%d entries" % len(os.listdir(path))


# Network

@probe
def api(target):
    return connect(target["ports"]["api"])


@probe
def gateway(target):
    return connect(target["ports"]["gateway"])


@probe
def object_storage(target):
    return connect(target["ports"]["objects"])


@probe
def database(target):
    return connect(target["ports"]["postgres"])


@probe
def temporal(target):
    return connect(target["ports"]["temporal"])


@probe
def temporal_ui(target):
    return connect(target["ports"]["temporal-ui"])


@probe
def another_address_of_the_host(target):
    return connect(target["listener"], target["host"])


@probe
def datagram_to_the_host(target):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.settimeout(2)
        sender.sendto(b"ping", ("127.0.0.1", target["datagrams"]))
        return "answered %r" % sender.recv(10)


@probe
def abstract_socket(target):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0" + target["abstract"])
        return "connected"


@probe
def interfaces_of_the_host(target):
    others = [name for _, name in socket.if_nameindex() if name != "lo"]
    if not others and not target["lonely"]:
        raise OSError("only lo")
    return str(others)


# Sockets and files of the installation and of other instances

@probe
def socket_of_another_instance(target):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(target["socket"])
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}")
        answer = connection.recv(200)
        if b" 200 " not in answer:
            raise OSError("answered %r" % answer[:30])
        return "answered by its package"


@probe
def folder_of_sockets(target):
    return listing(os.path.dirname(os.path.dirname(target["socket"])))


@probe
def data_folder(target):
    names = os.listdir(target["data"])
    if "slipway.yml" not in names:
        raise OSError("only the way to the runtime: %s" % names)
    return str(names)


@probe
def secrets(target):
    return read(os.path.join(target["data"], "secrets", "admin-password"))


@probe
def settings(target):
    return read(os.path.join(target["data"], "slipway.yml"))


@probe
def spec_of_another_instance(target):
    return read(os.path.join(target["instance"], "spec.json"))


@probe
def environment_of_another_instance(target):
    return read(os.path.join(target["instance"], "environment"))


@probe
def model_of_another_instance(target):
    package = target["package_of_another_instance"]
    return listing(os.path.join(package, "upper" if os.path.isdir(os.path.join(package, "upper")) else "model"))


@probe
def unpacked_models(target):
    return listing(os.path.join(target["data"], "models"))


@probe
def images(target):
    return listing(os.path.join(target["data"], "images"))


@probe
def logs(target):
    return listing(os.path.join(target["data"], "logs"))


@probe
def file_of_the_user(target):
    return read(target["file"])


@probe
def shadow_passwords(target):
    return read("/etc/shadow")


@probe
def private_keys(target):
    return listing("/etc/ssl/private")


@probe
def home_of_root(target):
    return read("/root/.profile")


# Writing

@probe
def write_to_the_system(target):
    return write("/usr/slipway-probe-" + target["name"])


@probe
def write_to_the_runtime(target):
    return write(os.path.join(target["runtime"], "probe-" + target["name"]))


@probe
def write_to_the_models(target):
    return write(os.path.join(target["data"], "models", "probe-" + target["name"]))


@probe
def write_to_core_pattern(target):
    return write("/proc/sys/kernel/core_pattern")


@probe
def write_to_sysrq(target):
    return write("/proc/sysrq-trigger")


@probe
def shared_temporary_file(target):
    return read(target["temporary"])


@probe
def shared_memory_file(target):
    return read(target["shared"])


# Processes

@probe
def see_the_platform(target):
    return read("/proc/%d/cmdline" % target["pid"])


@probe
def environment_of_the_platform(target):
    if b"java" not in open("/proc/%d/cmdline" % target["pid"], "rb").read():
        raise OSError("another process has that number here")
    return read("/proc/%d/environ" % target["pid"])


@probe
def root_of_the_platform(target):
    if b"java" not in open("/proc/%d/cmdline" % target["pid"], "rb").read():
        raise OSError("another process has that number here")
    return listing("/proc/%d/root/" % target["pid"])


@probe
def signal_the_platform(target):
    if b"java" not in open("/proc/%d/cmdline" % target["pid"], "rb").read():
        raise OSError("another process has that number here")
    os.kill(target["pid"], 0)
    return "may signal it"


@probe
def memory_of_system_v(target):
    return check(LIBC.shmget(target["key"], 1, 0))


# Rights

@probe
def root_user(target):
    if os.geteuid() != 0:
        raise OSError("is user %d" % os.geteuid())
    return "is root"


@probe
def capabilities(target):
    with open("/proc/self/status", encoding="ascii") as file:
        found = dict(line.split(":\t") for line in file.read().splitlines() if line.startswith("Cap"))
    if all(int(found[name], 16) == 0 for name in ("CapEff", "CapPrm", "CapBnd")):
        raise OSError("none, and can get none")
    return str(found)


@probe
def gain_rights_from_programs(target):
    with open("/proc/self/status", encoding="ascii") as file:
        if "NoNewPrivs:\t1" in file.read():
            raise OSError("no_new_privs is set")
    return "set-user-id programs have their effect"


@probe
def mount(target):
    folder = tempfile.mkdtemp()
    result = check(LIBC.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, None))
    LIBC.umount2(folder.encode(), 2)
    os.rmdir(folder)
    return result


@probe
def nested_user_namespace(target):
    done = subprocess.run(["unshare", "-U", "true"], capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(done.stderr.strip())
    return "made one"


@probe
def nested_network_namespace(target):
    done = subprocess.run(["unshare", "-r", "-n", "true"], capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(done.stderr.strip())
    return "made one"


@probe
def make_a_device(target):
    path = os.path.join(tempfile.mkdtemp(), "device")
    os.mknod(path, 0o20600, os.makedev(1, 3))
    os.remove(path)
    return "made"


@probe
def change_the_root(target):
    child = os.fork()
    if child == 0:
        try:
            os.chroot(tempfile.mkdtemp())
            os._exit(0)
        except OSError:
            os._exit(1)
    if os.waitpid(child, 0)[1] != 0:
        raise OSError("not permitted")
    return "changed"


@probe
def host_name(target):
    if socket.gethostname() != target["hostname"]:
        raise OSError("is %s" % socket.gethostname())
    return "the host's"


# What must be there

@probe
def loopback(target):
    with socket.create_server(("127.0.0.1", 0)) as server:
        return connect(server.getsockname()[1])


@probe
def temporary_folder(target):
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 1_000_000)
        return "written"


@probe
def own_folder(target):
    return write(os.path.join(os.path.dirname(os.path.abspath(__file__)), "written")) if target["package"] else "not a package"


def run(target):
    found = {}
    for name, attempt in PROBES.items():
        try:
            found[name] = "reached: %s" % attempt(target)
        except Exception as failure:
            found[name] = "not reached: %s: %s" % (type(failure).__name__, failure)
    return found


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    print(json.dumps(run(json.loads(sys.argv[1]))))
else:
    from model_service.model_service import SingleNodeService

    class Probes(SingleNodeService):
        def _inference(self, data):
            if "say" in data:
                os.write(3, (json.dumps(data["say"]) + "\n").encode("ascii"))
            return run(dict(data["target"], package=True)) if "target" in data else {"alive": True}
