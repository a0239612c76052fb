"""The names that PyTorch had in `torch._six` until version 1.13, for packages that import them."""

import collections.abc as container_abcs
from math import inf, nan

string_classes = (str, bytes)
int_classes = int
PY3 = PY37 = True

__all__ = ["PY3", "PY37", "container_abcs", "inf", "int_classes", "nan", "string_classes"]
