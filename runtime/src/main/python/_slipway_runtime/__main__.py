"""Started by path with `python3 -I`, so that nothing but the standard library is importable before us."""

import os
import sys

if __name__ == "__main__":
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path.insert(0, root)
    from _slipway_runtime import output
    from _slipway_runtime.server import main

    code = main(sys.argv[1:], root)
    output.flush_streams()
    # Threads that the package left behind must not keep a drained process.
    os._exit(code)
