"""Installs packages into an environment with pip, and runs nothing of them:

    python3 -I -S slipway_pip.py <pip's __pip-runner__.py> <folder of the environment> <folder of installed packages>... -- <arguments of pip>

Nothing that pip installs is found by this process, `-S` keeps it from reading .pth files, and a hook of the interpreter refuses to start programs:
whatever a package asks for, no code of it runs outside the sandbox of an instance. Packages in the given folders count as installed. It ends at the end of file on stdin.
"""

import os
import runpy
import sys
import threading

_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn", "os.startfile")


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
    runpy.run_path(runner, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
