"""Builds the wheel of a source package, in the sandbox of an instance: all that is in the package may run.

    python3 -I slipway_build.py <folder>

The folder has the archive in `archive/`, and `granted.json`: the requirements that are installed for this interpreter. In `out/` it leaves the wheel, or `requires.json`
if more have to be installed before. Nothing here is trusted by who reads it.
"""

import glob
import importlib
import json
import os
import sys
import tarfile
import zipfile

# As pip has it for packages that do not say how they are built.
_USUAL = {"requires": ["setuptools>=40.8.0", "wheel"], "build-backend": "setuptools.build_meta:__legacy__"}
_TOML = "tomli>=1.1"


class CannotBuild(Exception):
    """The message says why."""


def main(folder):
    out = os.path.join(folder, "out")
    os.mkdir(out)
    with open(os.path.join(folder, "granted.json"), encoding="utf-8") as file:
        granted = json.load(file)
    try:
        root = _unpack(os.listdir(os.path.join(folder, "archive")), folder)
        needed = _build(root, granted, out)
    except CannotBuild as reason:
        print("slipway: %s" % reason, flush=True)
        return 1
    if needed:
        with open(os.path.join(out, "requires.json"), "w", encoding="utf-8") as file:
            json.dump(needed, file)
    return 0


def _unpack(names, folder):
    """The only folder in the archive."""
    if len(names) != 1:
        raise CannotBuild("expected one archive, found %s" % names)
    target = os.path.join(folder, "source")
    path = os.path.join(folder, "archive", names[0])
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(target)
        else:
            with tarfile.open(path) as archive:
                if hasattr(tarfile, "data_filter"):
                    archive.extractall(target, filter="data")
                else:
                    archive.extractall(target)
    except (OSError, tarfile.TarError, zipfile.BadZipFile) as damaged:
        raise CannotBuild("'%s' can't be unpacked: %s" % (names[0], damaged)) from None
    inside = [name for name in os.listdir(target) if os.path.isdir(os.path.join(target, name))]
    if len(inside) != 1:
        raise CannotBuild("'%s': expected one folder in it, found %d" % (names[0], len(inside)))
    return os.path.join(target, inside[0])


def _build(root, granted, out):
    """Builds it; what has to be installed before, if anything."""
    os.chdir(root)
    if os.path.exists("pyproject.toml"):
        toml = _toml()
        if toml is None:
            return [_TOML]
        with open("pyproject.toml", "rb") as file:
            system = toml.load(file).get("build-system", _USUAL)
    elif os.path.exists("setup.py"):
        system = _USUAL
    else:
        raise CannotBuild("it has neither pyproject.toml nor setup.py")
    missing = [each for each in system.get("requires", []) if each not in granted]
    if missing:
        return missing
    # Relative to the package, and before what is installed.
    sys.path[:0] = [os.path.join(root, each) for each in system.get("backend-path", [])]
    name, _, inside = system.get("build-backend", _USUAL["build-backend"]).partition(":")
    backend = importlib.import_module(name)
    for each in filter(None, inside.split(".")):
        backend = getattr(backend, each)
    hook = getattr(backend, "get_requires_for_build_wheel", None)
    missing = [each for each in (hook() if hook else []) if each not in granted]
    if missing:
        return missing
    backend.build_wheel(out)
    if not glob.glob(os.path.join(glob.escape(out), "*.whl")):
        raise CannotBuild("'%s' has built no wheel" % name)
    return []


def _toml():
    for name in ("tomllib", "tomli"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
