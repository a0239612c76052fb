"""The parts of the shim. Standard library only; a shim has one thread."""
