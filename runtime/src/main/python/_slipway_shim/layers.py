"""The files of an instance: folders that instances share and none can write, and what this one writes above them.

By an overlay where the sandbox can mount one, else by a copy. The folder of the instance then holds:

    upper, work    what it wrote, and what the kernel needs for an overlay
    model          the copy
"""

import os
import shutil
import stat

OVERLAY = "overlay"
COPY = "copy"


class Layers:
    """`lowers` are folders of this machine, the uppermost first; `target` is where the sandbox shows them.

    What is in `folder` belongs to one instance, and goes with it.
    """

    def __init__(self, lowers, folder, target, kind):
        self.lowers = lowers
        self.target = target
        self.kind = kind
        self.copy = os.path.join(folder, "model")
        self._own = [os.path.join(folder, name) for name in (("upper", "work") if kind == OVERLAY else ("model",))]

    def moved(self, folder):
        return Layers(self.lowers, folder, self.target, self.kind)

    def make(self, user):
        """The empty folders of its own, for its user (None: the user of this process)."""
        for path in self._own:
            os.makedirs(path, exist_ok=True)
            os.chmod(path, 0o755)
            if user is not None:
                os.chown(path, user.uid, user.gid)

    def part(self):
        """As a part of a view, see view.py."""
        if self.kind == OVERLAY:
            return ("overlay", self.lowers, *self._own, self.target)
        return ("bind", self.copy, self.target, True)

    def give_lowers(self, user):
        """To their user, who may change modes and times as the owner only; the kernel then copies a file up with its owner.

        A folder that has been given is recognised by its own owner, which is changed last.
        """
        for lower in self.lowers:
            if os.lstat(lower).st_uid == user.uid:
                continue
            for path, _, files in os.walk(lower, topdown=False):
                for name in files:
                    os.lchown(os.path.join(path, name), user.uid, user.gid)
                os.lchown(path, user.uid, user.gid)

    def take(self, name, target):
        """Copies the files in one of its folders to a new folder of this machine, after its end: it may have put anything there."""
        os.mkdir(target, mode=0o700)
        try:
            folder = os.open(os.path.join(self._own[0], name), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            # There is none, or something else.
            return
        try:
            for each in os.listdir(folder):
                if not stat.S_ISREG(os.stat(each, dir_fd=folder, follow_symlinks=False).st_mode):
                    continue
                file = os.open(each, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
                with os.fdopen(file, "rb") as source, open(os.path.join(target, each), "xb") as copy:
                    shutil.copyfileobj(source, copy)
        finally:
            os.close(folder)


def remove(folder):
    """Removes a folder with all in it, also folders that their owner may not read, such as one in the work folder of an overlay."""
    for path, names, _ in os.walk(folder):
        for name in names:
            child = os.path.join(path, name)
            mode = os.lstat(child).st_mode
            if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
                os.chmod(child, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
