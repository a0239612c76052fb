"""Installs packages into an environment with pip, and runs nothing of them:

    python3 -I -S slipway_pip.py <pip's __pip-runner__.py> <folder of the environment> <folder of installed packages>... -- <arguments of pip>

Nothing that pip installs is found by this process, `-S` keeps it from reading .pth files, and a hook of the interpreter refuses to start programs:
whatever a package asks for, no code of it runs outside the sandbox of an instance. Packages in the given folders count as installed. It ends at the end of file on stdin.

Source packages are neither unpacked nor run. The first one that pip would have to build ends it with exit code 86 and its name in the last line, `slipway: sources <name>`.
With the variable SLIPWAY_SOURCES it is copied to the folder of that name before, else not even fetched.

Downloads whose SHA-256 the index gives are kept in the folder that SLIPWAY_DOWNLOADS names, and taken from there. Several of these processes may use it at once.
"""

import hashlib
import mimetypes
import os
import runpy
import shutil
import sys
import threading
from importlib.machinery import PathFinder

SOURCES = 86

_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn", "os.startfile")


class _OnlyPip:
    """Finds pip and nothing else of the folder that it is in: pip imports others that are there."""

    def __init__(self, folder):
        self._folder = folder

    def find_spec(self, name, path=None, target=None):
        return PathFinder.find_spec(name, [self._folder]) if name == "pip" else None


class _Sources:
    """Takes the place of pip's own unpacking of files that are no wheels."""

    def __init__(self, folder):
        self._folder = folder
        self._unpack_url = None

    def put_into_pip(self):
        try:
            from pip._internal.operations import prepare

            self._unpack_url, _ = prepare.unpack_url, prepare.unpack_file
        except (ImportError, AttributeError) as unknown:
            if self._folder:
                raise SystemExit("ERROR: source packages can't be taken from this version of pip (%s): install pip 22.3 to 26" % unknown) from None
        else:
            prepare.unpack_url = self._look_at
            prepare.unpack_file = self._take

    def _look_at(self, link, *arguments, **named):
        # Of version control systems nothing is ever fetched: that would start programs.
        if not link.is_wheel and (link.is_vcs or not self._folder):
            _end_with_sources(link.filename)
        return self._unpack_url(link, *arguments, **named)

    def _take(self, path, *_):
        name = os.path.basename(path)
        shutil.copyfile(path, os.path.join(self._folder, name))
        _end_with_sources(name)


class _Downloads:
    """Keeps what pip has downloaded, each file under its SHA-256."""

    def __init__(self, folder):
        self._folder = folder

    def put_into_pip(self):
        try:
            from pip._internal.network import download

            one = download.Downloader.__call__
        except (ImportError, AttributeError):
            # Nothing is kept of what an unknown version downloads.
            return

        def fetch(downloader, link, location):
            return self._kept(link, location) or self._keep(link, one(downloader, link, location))

        download.Downloader.__call__ = fetch
        if hasattr(download, "BatchDownloader"):
            download.BatchDownloader.__call__ = lambda downloader, links, location: ((link, fetch(downloader, link, location)) for link in links)

    def _place(self, link):
        """None where the index gives no digest."""
        known = link.hash_name == "sha256" and len(link.hash) == 64 and link.hash.isalnum()
        return os.path.join(self._folder, link.hash) if known else None

    def _kept(self, link, location):
        place = self._place(link)
        path = os.path.join(location, os.path.basename(link.filename))
        try:
            if place is None or os.path.exists(path):
                return None
            _link(place, path)
            if _sha256(path) != link.hash:
                os.unlink(place)
                os.unlink(path)
                return None
            os.utime(place)
        except OSError:
            # It is not there, or was removed meanwhile.
            return None
        print("  Using %s, which was downloaded before" % link.filename, flush=True)
        return path, mimetypes.guess_type(path)[0]

    def _keep(self, link, downloaded):
        place = self._place(link)
        try:
            if place is not None and _sha256(downloaded[0]) == link.hash:
                draft = "%s.%d" % (place, os.getpid())
                _link(downloaded[0], draft)
                os.replace(draft, place)
        except OSError as failure:
            print("'%s' can't be kept for later: %s" % (link.filename, failure), flush=True)
        return downloaded


def _link(source, target):
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def _sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def _change_pip(runner):
    finder = _OnlyPip(os.path.dirname(os.path.dirname(runner)))
    sys.meta_path.insert(0, finder)
    try:
        _Sources(os.environ.pop("SLIPWAY_SOURCES", "")).put_into_pip()
        folder = os.environ.pop("SLIPWAY_DOWNLOADS", "")
        if folder:
            _Downloads(folder).put_into_pip()
    finally:
        sys.meta_path.remove(finder)


def _end_with_sources(name):
    sys.stdout.flush()
    sys.stderr.flush()
    print("slipway: sources %s" % name, flush=True)
    os._exit(SOURCES)


def _refuse(event, arguments):
    if event in _STARTS:
        raise PermissionError("a package would be built from its sources, which runs code of it: only wheels are installed")


def _end_with_the_caller():
    # Where it was killed, another process builds here soon.
    os.read(0, 1)
    os._exit(1)


def main(arguments):
    end = arguments.index("--")
    runner, prefix, *installed = arguments[:end]
    # As `site` would have it, so that pip installs there.
    sys.prefix = sys.exec_prefix = prefix
    sys.path += installed
    sys.argv = [runner, *arguments[end + 1 :]]
    sys.addaudithook(_refuse)
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    _change_pip(runner)
    runpy.run_path(runner, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
