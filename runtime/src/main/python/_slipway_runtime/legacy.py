"""Names that libraries have removed and that old packages use: given back to the package, and to nobody else."""

import builtins
import collections.abc
import functools
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
# Of Python itself: the module, its old names, and what they are now.
_PYTHON = {
    "base64": {"encodestring": "base64.encodebytes", "decodestring": "base64.decodebytes"},
    "collections": {name: "collections.abc." + name for name in collections.abc.__all__},
    "fractions": {"gcd": "math.gcd"},
    "time": {"clock": "time.perf_counter"},
}
# Where a module is now, and what the author should write.
_MOVED = {
    "sklearn.externals.joblib": ("joblib", "joblib"),
    "sklearn.externals.six": ("six", "six"),
    "torch._six": ("_slipway_runtime.torch_six", "collections.abc, str, int and math.inf"),
    "torchvision.models.utils": ("torch.hub", "torch.hub"),
}


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
        for old, (new, advice) in _MOVED.items():
            if fullname == old or fullname.startswith(old + "."):
                name = new + fullname[len(old) :]
                try:
                    found = importlib.util.find_spec(name)
                except ImportError:
                    found = None
                if found is None:
                    return None
                WARNINGS.warn("module '%s' does not exist any more, '%s' is used: change the import" % (old, advice))
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

    def as_matrix(self, columns=None):
        WARNINGS.warn("pandas has no 'as_matrix' any more, 'values' is used: change the package")
        return self.values if columns is None else self[columns].values

    for table in (module.DataFrame, module.Series):
        _add_methods(table, append, get_values, as_matrix)


def _add_methods(owner, *methods):
    """Those that it does not have."""
    for method in methods:
        if not hasattr(owner, method.__name__):
            setattr(owner, method.__name__, method)


def _complete_fonts(module, model_dir):
    def getsize(self, text, *options, **named_options):
        WARNINGS.warn("PIL has no 'getsize' of fonts any more, 'getbbox' is used: change the package")
        return tuple(self.getbbox(text, *options, **named_options)[2:])

    for font in ("FreeTypeFont", "ImageFont"):
        if hasattr(module, font):
            _add_methods(getattr(module, font), getsize)


def _complete_drawing(module, model_dir):
    def textsize(self, text, font=None, *options, **named_options):
        WARNINGS.warn("PIL has no 'textsize' any more, 'textbbox' is used: change the package")
        return tuple(self.textbbox((0, 0), text, font, None, *options, **named_options)[2:])

    _add_methods(module.ImageDraw, textsize)


def _complete_yaml(module, model_dir):
    def with_loader(load):
        def load_as_before(stream, Loader=None):  # noqa: N803 (the name is PyYAML's)
            if Loader is None:
                WARNINGS.warn("yaml.%s needs a Loader today, 'FullLoader' is used: call yaml.safe_load" % load.__name__)
                Loader = module.FullLoader
            return load(stream, Loader)

        return load_as_before

    for name in ("load", "load_all"):
        setattr(module, name, with_loader(getattr(module, name)))


def _complete_mindspore(module, model_dir):
    set_context = module.set_context

    @functools.wraps(set_context)
    def set_context_that_is_here(*arguments, **named):
        try:
            return set_context(*arguments, **named)
        except RuntimeError as failure:
            target = named.get("device_target")
            if target in (None, "CPU") or "Unsupported device target" not in str(failure):
                raise
        WARNINGS.warn("MindSpore has no device '%s' here, 'CPU' is used: leave device_target out" % target)
        named.pop("device_id", None)
        return set_context(*arguments, **{**named, "device_target": "CPU"})

    module.set_context = set_context_that_is_here


def _complete_python(module, model_dir):
    names = _PYTHON[module.__name__]

    def find(of, name):
        if name not in names:
            return False, None
        place, now = names[name].rsplit(".", 1)
        WARNINGS.warn("Python has no '%s.%s' any more, '%s' is used: change the package" % (of.__name__, name, names[name]))
        return True, getattr(importlib.import_module(place), now)

    _fall_back(module, model_dir, find)


def give_back(model_dir):
    """From now on libraries have their old names for the package."""
    completions = {
        "numpy": _complete_numpy,
        "pandas": _complete_pandas,
        "PIL.Image": _complete_pillow,
        "PIL.ImageDraw": _complete_drawing,
        "PIL.ImageFont": _complete_fonts,
        "mindspore.context": _complete_mindspore,
        "yaml": _complete_yaml,
    }
    for name in _PYTHON:
        if name in sys.modules:
            _complete_python(sys.modules[name], model_dir)
        else:
            completions[name] = _complete_python
    sys.meta_path.insert(0, _Watch(model_dir, completions))
    sys.meta_path.append(_Moved())
