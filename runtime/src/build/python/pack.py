"""Copies the Python sources into the jar's resources, with an index of their names and digests: Java lists no jar."""

import hashlib
import os
import shutil
import sys


def pack(source, target):
    shutil.rmtree(target, ignore_errors=True)
    lines = []
    for folder, folders, files in os.walk(source):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, source).replace(os.sep, "/")
            copy = os.path.join(target, relative)
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copyfile(path, copy)
            with open(path, "rb") as file:
                lines.append("%s  %s\n" % (hashlib.sha256(file.read()).hexdigest(), relative))
    with open(os.path.join(target, "index"), "w", encoding="utf-8") as index:
        index.writelines(sorted(lines, key=lambda line: line.split("  ", 1)[1]))


if __name__ == "__main__":
    pack(sys.argv[1], sys.argv[2])
