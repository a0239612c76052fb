"""Control groups of two installations on one machine."""

import os
import tempfile
import types
import unittest

from runtime_fixture import SOURCES  # noqa: F401 (puts the sources on the path)

from _slipway_shim.groups import ControlGroups

LIMITS = types.SimpleNamespace(cpus=1, memory_bytes=10 << 20, processes=5)


class GroupsTests(unittest.TestCase):
    def setUp(self):
        self.installations = [tempfile.mkdtemp() for _ in range(2)]
        self.groups = [ControlGroups.make(os.path.join(folder, "instances", "one"), LIMITS) for folder in self.installations]
        for folder, groups in zip(self.installations, self.groups):
            self.addCleanup(os.rmdir, folder)
            self.addCleanup(groups.remove, os.path.join(folder, "instances"))
        if self.groups[0].said.startswith("none"):
            self.skipTest(self.groups[0].said)

    def test_one_that_nobody_has_entered_is_left_to_its_installation(self):
        first, second = self.groups
        first.remove(os.path.join(self.installations[0], "instances"))
        self.assertEqual([os.path.isdir(path) for path in first._paths], [False] * len(first._paths))
        self.assertEqual([os.path.isdir(path) for path in second._paths], [True] * len(second._paths))

    def test_those_of_an_instance_that_has_gone_go_with_another_of_its_installation(self):
        instances = os.path.join(self.installations[0], "instances")
        another = ControlGroups.make(os.path.join(instances, "another"), LIMITS)
        another.remove(instances)
        self.assertFalse(any(os.path.isdir(path) for path in self.groups[0]._paths))


if __name__ == "__main__":
    unittest.main()
