"""What an instance sees of the file system: the system of this machine for reading, its model, and folders in memory.

A view is a list of parts, in the order in which they are made:

    ("bind", source, target, writable)      a folder or file of this machine
    ("overlay", lowers, upper, work, target)    folders above each other, of which only `upper` is written, see layers.py
    ("memory", target, bytes)               an empty folder in memory
    ("directory", target)                   a folder of the root, which is read-only in the end
    ("link", text, target)                  a symbolic link
"""

import os
import re
import sys

HOME = "/home/mind"
MODEL = "/home/mind/model"

# What libraries read of /etc. The rest of it, such as /etc/shadow and /etc/ssl/private, is not there.
_ETC = ("alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf")
_ETC += ("ssl/certs", "ssl/openssl.cnf", "ca-certificates.conf", "pki/tls/certs", "pki/ca-trust/extracted")
# Distributions keep the settings of a Java here, without which it does not start: Spark runs in one.
JAVA = re.compile(r"java(-[0-9.]+-openjdk.*)?")
# With the network of the host names are looked up as the host does.
_ETC_OF_NETWORK = ("hosts", "resolv.conf", "gai.conf", "services", "protocols")
_LIBRARIES = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# Numeric libraries read there how many cores and memory nodes there are.
_HARDWARE = "/sys/devices/system"
_SYSTEM = ("/usr", "/usr/local", "/")
_SMALLEST_MEMORY = 64 * 1024 * 1024


def parts_of(layers, memory_bytes, network, libraries=()):
    """All parts, with the files of the model at MODEL. `network`: whether it has the network of the host. `libraries`: further folders to read."""
    size = max(int(memory_bytes or 0), _SMALLEST_MEMORY)
    parts = [("bind", "/usr", "/usr", False)]
    for name in _LIBRARIES:
        if os.path.islink(name):
            parts.append(("link", os.readlink(name), name))
        elif os.path.isdir(name):
            parts.append(("bind", name, name, False))
    parts.append(("directory", "/etc"))
    for name in _ETC + tuple(sorted(filter(JAVA.fullmatch, os.listdir("/etc")))) + (_ETC_OF_NETWORK if network else ()):
        if os.path.exists("/etc/" + name):
            parts.append(("bind", "/etc/" + name, "/etc/" + name, False))
    own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "etc")
    # Without a network the only names are this machine's: Java and others ask for the address of their own.
    for name in ("passwd", "group") if network else ("passwd", "group", "hosts"):
        parts.append(("bind", os.path.join(own, name), "/etc/" + name, False))
    if os.path.isdir(_HARDWARE):
        parts.append(("bind", _HARDWARE, _HARDWARE, False))
    parts += [("memory", "/tmp", size), ("directory", "/var"), ("link", "/tmp", "/var/tmp"), ("memory", HOME, size)]
    parts += [("bind", path, path, False) for path in _programs(libraries)]
    parts.append(layers.part())
    return parts


def image_parts_of(image, layers, memory_bytes, network):
    """All parts of a container image: its own files at the root, which may be written, and nothing of this machine's."""
    size = max(int(memory_bytes or 0), _SMALLEST_MEMORY)
    own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "etc")
    parts = [layers.part(), ("memory", "/tmp", size), ("bind", os.path.join(own, "hosts"), "/etc/hosts", False)]
    if os.path.isdir(_HARDWARE):
        parts.append(("bind", _HARDWARE, _HARDWARE, False))
    if network:
        parts += [("bind", "/etc/" + name, "/etc/" + name, False) for name in ("resolv.conf",) if os.path.exists("/etc/" + name)]
    if not image.has(image.directory):
        parts.append(("directory", image.directory))
    return parts


# Where something is put into an image.
PLACES_OF_IMAGES = ("/tmp", "/etc", "/etc/hosts", "/etc/resolv.conf", _HARDWARE, "/proc", "/dev")


def _programs(libraries):
    """The folders of the interpreter, of its libraries and of the runtime, where they are not part of the system."""
    # The shim runs without `site`, so that sys.prefix is never that of a virtual environment.
    prefixes = [os.path.dirname(os.path.dirname(path)) for path in (sys.executable, os.path.realpath(sys.executable))]
    prefixes += [sys.base_prefix, os.path.realpath(sys.base_prefix), os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    prefixes += libraries
    found = []
    for path in prefixes:
        known = path in _SYSTEM or path.startswith("/usr/") or any(path == one or path.startswith(one + "/") for one in found)
        if not known and os.path.isdir(path):
            found.append(path)
    return found
