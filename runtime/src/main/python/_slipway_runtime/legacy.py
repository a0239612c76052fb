"""Names that libraries have removed and that old packages use: given back to the package, and to nobody else."""

import builtins
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

from _slipway_runtime.events import WARNINGS

_NUMPY = {
    "int": builtins.int,
    "float": builtins.float,
    "bool": builtins.bool,
    "object": builtins.object,
    "str": builtins.str,
    "complex": builtins.complex,
    "long": builtins.int,
    "unicode": builtins.str,
}
_NUMPY_RENAMED = {
    "float_": "float64",
    "complex_": "complex128",
    "unicode_": "str_",
    "string_": "bytes_",
    "Inf": "inf",
    "Infinity": "inf",
    "PINF": "inf",
    "infty": "inf",
    "NaN": "nan",
    "NAN": "nan",
    "product": "prod",
    "cumproduct": "cumprod",
    "alltrue": "all",
    "sometrue": "any",
    "row_stack": "vstack",
    "in1d": "isin",
    "trapz": "trapezoid",
}
_PILLOW = {"ANTIALIAS": "LANCZOS", "LINEAR": "BILINEAR", "CUBIC": "BICUBIC"}
_MOVED = {"sklearn.externals.joblib": "joblib", "sklearn.externals.six": "six"}


class _Watch(importlib.abc.MetaPathFinder):
    """Completes modules right after their import, and finds modules that have moved."""

    def __init__(self, model_dir, completions):
        self._model_dir = model_dir
        self._completions = completions
        self._asking = set()

    def find_spec(self, fullname, path=None, target=None):
        complete = self._completions.get(fullname)
        if complete is None or fullname in self._asking:
            return None
        self._asking.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._asking.discard(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Completing(spec.loader, complete, self._model_dir)
        return spec


class _Completing(importlib.abc.Loader):
    def __init__(self, loader, complete, model_dir):
        self._loader = loader
        self._complete = complete
        self._model_dir = model_dir

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        # As if nobody had stood between.
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._complete(module, self._model_dir)


class _Moved(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Last of all finders: what a library really has comes first."""

    def find_spec(self, fullname, path=None, target=None):
        for old, new in _MOVED.items():
            if fullname == old or fullname.startswith(old + "."):
                name = new + fullname[len(old) :]
                try:
                    found = importlib.util.find_spec(name)
                except ImportError:
                    found = None
                if found is None:
                    return None
                WARNINGS.warn("module '%s' does not exist any more, '%s' is used: change the import" % (old, new))
                return importlib.machinery.ModuleSpec(fullname, self, origin=name, is_package=found.submodule_search_locations is not None)
        return None

    def create_module(self, spec):
        module = importlib.import_module(spec.origin)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module):
        # It is the other module, which is there already; only its own spec was put aside.
        module.__spec__ = module.__spec__.loader_state


def _fall_back(module, model_dir, find):
    """Names that the module lacks are asked of `find`, for code of the package alone: libraries ask what a version has."""
    own = module.__dict__.get("__getattr__")
    inside = os.path.join(os.path.realpath(model_dir), "")

    def fallback(name):
        caller = sys._getframe(1).f_code.co_filename
        if os.path.realpath(caller).startswith(inside):
            known, value = find(module, name)
            if known:
                return value
        if own is not None:
            return own(name)
        raise AttributeError("module '%s' has no attribute '%s'" % (module.__name__, name))

    module.__getattr__ = fallback


def _complete_numpy(module, model_dir):
    def find(numpy, name):
        if name in _NUMPY:
            value, new = _NUMPY[name], _NUMPY[name].__name__
        elif name in _NUMPY_RENAMED and hasattr(numpy, _NUMPY_RENAMED[name]):
            value, new = getattr(numpy, _NUMPY_RENAMED[name]), "numpy." + _NUMPY_RENAMED[name]
        else:
            return False, None
        WARNINGS.warn("numpy has no '%s' any more, '%s' is used: change the package" % (name, new))
        return True, value

    _fall_back(module, model_dir, find)


def _complete_pillow(module, model_dir):
    def find(image, name):
        if name not in _PILLOW or not hasattr(image, "Resampling"):
            return False, None
        WARNINGS.warn("PIL.Image has no '%s' any more, '%s' is used: change the package" % (name, _PILLOW[name]))
        return True, getattr(image.Resampling, _PILLOW[name])

    _fall_back(module, model_dir, find)


def _complete_pandas(module, model_dir):
    def append(self, other, ignore_index=False, verify_integrity=False, sort=False):
        WARNINGS.warn("pandas has no 'append' of tables any more, 'pandas.concat' is used: change the package")
        if isinstance(other, dict):
            other = module.Series(other)
        if isinstance(other, module.Series) and not isinstance(self, module.Series):
            if other.name is None and not ignore_index:
                raise TypeError("Can only append a Series if ignore_index=True or if the Series has a name")
            other = other.to_frame().T
        parts = [self, *other] if isinstance(other, (list, tuple)) else [self, other]
        return module.concat(parts, ignore_index=ignore_index, verify_integrity=verify_integrity, sort=sort)

    def get_values(self):
        WARNINGS.warn("pandas has no 'get_values' any more, 'values' is used: change the package")
        return self.values

    for table in (module.DataFrame, module.Series):
        for method in (append, get_values):
            if not hasattr(table, method.__name__):
                setattr(table, method.__name__, method)


def give_back(model_dir):
    """From now on libraries have their old names for the package."""
    completions = {"numpy": _complete_numpy, "PIL.Image": _complete_pillow, "pandas": _complete_pandas}
    sys.meta_path.insert(0, _Watch(model_dir, completions))
    sys.meta_path.append(_Moved())
