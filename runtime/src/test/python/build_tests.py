"""What builds a source package in its sandbox: what it asks for, and what it leaves."""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "main", "python", "slipway_build.py")

PROJECT = """
[build-system]
requires = ["setuptools>=1"]
build-backend = "inside:Own.api"
backend-path = ["tools"]
"""
BACKEND = """
import os
class Own:
    class api:
        @staticmethod
        def get_requires_for_build_wheel():
            return ["wheel", "setuptools>=1"]
        @staticmethod
        def build_wheel(directory):
            print("in", os.path.basename(os.getcwd()))
            open(os.path.join(directory, "a-1.0-py3-none-any.whl"), "w").close()
            return "a-1.0-py3-none-any.whl"
"""


class BuildTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def build(self, files, granted=(), kind="tar.gz"):
        """Exit code, output, names of what was left, what is required."""
        target = tempfile.mkdtemp(dir=self.folder)
        os.mkdir(os.path.join(target, "archive"))
        path = os.path.join(target, "archive", "a-1.0." + kind)
        if kind == "zip":
            with zipfile.ZipFile(path, "w") as archive:
                for name, text in files.items():
                    archive.writestr(name, text)
        else:
            with tarfile.open(path, "w:gz") as archive:
                for name, text in files.items():
                    entry = tarfile.TarInfo(name)
                    entry.size = len(text)
                    archive.addfile(entry, io.BytesIO(text.encode()))
        with open(os.path.join(target, "granted.json"), "w") as file:
            json.dump(list(granted), file)
        done = subprocess.run([sys.executable, "-I", SCRIPT, target], capture_output=True, text=True)
        left = os.listdir(os.path.join(target, "out"))
        required = None
        if "requires.json" in left:
            with open(os.path.join(target, "out", "requires.json")) as file:
                required = json.load(file)
        return done.returncode, done.stdout + done.stderr, left, required

    @unittest.skipIf(sys.version_info < (3, 11), "asks for tomli first")
    def test_asks_for_what_is_written_then_for_what_the_package_says_then_builds(self):
        files = {"a-1.0/pyproject.toml": PROJECT, "a-1.0/tools/inside.py": BACKEND}
        for kind in ("tar.gz", "zip"):
            self.assertEqual(["setuptools>=1"], self.build(files, kind=kind)[3])
            self.assertEqual(["wheel"], self.build(files, ["setuptools>=1"], kind)[3])
            code, said, left, required = self.build(files, ["setuptools>=1", "wheel"], kind)
            self.assertEqual((0, "in a-1.0\n", ["a-1.0-py3-none-any.whl"], None), (code, said, left, required))

    def test_a_package_without_a_project_file_is_built_as_pip_does(self):
        self.assertEqual(["setuptools>=40.8.0", "wheel"], self.build({"a-1.0/setup.py": "1/0"})[3])

    def test_says_what_is_wrong_with_an_archive(self):
        for files, said in (
            ({"a-1.0/README": ""}, "neither pyproject.toml nor setup.py"),
            ({"a/setup.py": "", "b/setup.py": ""}, "expected one folder in it, found 2"),
        ):
            code, output, left, _ = self.build(files)
            self.assertEqual((1, []), (code, left))
            self.assertIn(said, output)


if __name__ == "__main__":
    unittest.main()
