#!/usr/bin/env python3
"""Writes the constraint file of each engine: the versions that pip finds today for all that its packages need, per Python.

deploy/engines.py [--only NAME,NAME] [--reports FOLDER] PYTHON [PYTHON...]

PYTHON are interpreters of different versions (3.9 and later), each with pip. With --reports, what pip has found before is read from
FOLDER/NAME-3.N.json (a JSON object of versions by name) where it is there, and written there where not. Wheels only where there are any; nothing is installed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

FOLDER = os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "domain/src/main/resources/dev/slipway/domain/model"
)
SUFFIX = ".requirements.txt"
# These are published as sources alone. What builds an environment of them needs build.source-packages, or an interpreter that has them.
WITHOUT_WHEELS = ("pyspark",)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="names of files, separated by commas")
    parser.add_argument("--reports")
    parser.add_argument("python", nargs="+")
    options = parser.parse_args()
    versions = {version_of(python): python for python in options.python}
    names = sorted(name[: -len(SUFFIX)] for name in os.listdir(FOLDER) if name.endswith(SUFFIX))
    for name in names if options.only is None else options.only.split(","):
        # An engine without packages pins what a model of it is likely to add: that of Caffe, which is the base.
        source = name if requirements(name) else "caffe"
        found = {version: resolved(source, version, python, options.reports) for version, python in versions.items()}
        write(name, source, {version: pins for version, pins in found.items() if pins})


def version_of(python):
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", question], check=True, capture_output=True, text=True).stdout.strip()


def requirements(name):
    with open(os.path.join(FOLDER, name + SUFFIX), encoding="ascii") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def resolved(name, version, python, reports):
    """Versions by name; None where pip finds no wheels for this Python."""
    kept = os.path.join(reports, "%s-%s.json" % (name, version)) if reports else None
    if kept and os.path.exists(kept):
        with open(kept, encoding="utf-8") as file:
            return json.load(file)
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        words = [python, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--only-binary=:all:"]
        words += ["--no-binary=" + package for package in WITHOUT_WHEELS]
        run = subprocess.run(
            words + ["--report", report] + requirements(name), stderr=subprocess.PIPE, text=True, check=False
        )
        if run.returncode != 0:
            print("%s on Python %s: %s" % (name, version, run.stderr.strip().splitlines()[-1]), file=sys.stderr)
            return None
        with open(report, encoding="utf-8") as file:
            installed = json.load(file)["install"]
    pins = {each["metadata"]["name"]: each["metadata"]["version"] for each in installed}
    if kept:
        with open(kept, "w", encoding="utf-8") as file:
            json.dump(pins, file)
    return pins


def write(name, source, found):
    """A line for each version of a package, with the Pythons that get it."""
    exact = {line.split("==")[0].lower().replace("_", "-") for line in requirements(source)} if source == name else set()
    pythons = sorted(found, key=minor)
    packages = sorted({package for pins in found.values() for package in pins}, key=str.lower)
    lines = ["# Made by deploy/engines.py for Python %s; do not edit." % ", ".join(pythons)]
    for package in packages:
        if package.lower().replace("_", "-") in exact:
            continue
        spans = []
        for python in pythons:
            version = found[python].get(package)
            if version is None:
                continue
            if spans and spans[-1][0] == version:
                spans[-1][2] = python
            else:
                spans.append([version, python, python])
        for number, (version, first, last) in enumerate(spans):
            bounds = []
            if number > 0:
                bounds.append('python_version >= "%s"' % first)
            if number < len(spans) - 1:
                bounds.append('python_version < "3.%d"' % (minor(last) + 1))
            lines.append("%s==%s%s" % (package, version, "; " + " and ".join(bounds) if bounds else ""))
    with open(os.path.join(FOLDER, name + ".constraints.txt"), "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


def minor(python):
    return int(python.split(".")[1])


if __name__ == "__main__":
    main()
