"""Loads a model package: finds its service class, constructs it, waits for what it loads on threads."""

import importlib
import importlib.util
import inspect
import json
import os
import sys
import threading
import traceback
import urllib.parse
import zipfile

from _slipway_runtime import caffe, engines, legacy
from _slipway_runtime.events import WARNINGS
from _slipway_runtime.sources import SourceLoader, Sources
from model_service.model_service import ModelService

MODULE = "customize_service"
_STEPS = ("_preprocess", "_inference", "_postprocess", "inference")


class LoadFailure(Exception):
    """A package that can't be served. The message is the cause that becomes a deploy event."""

    def __init__(self, message, error=None, where=None):
        super().__init__(message)
        self.error = error
        self.where = where

    @staticmethod
    def of(exception, doing, model_dir):
        """The failure of `exception`, with its type, message and the line of the package it came from."""
        error = type(exception).__name__
        where = _line_in_package(exception, model_dir)
        said = _text(exception)
        text = "%s: %s" % (error, said) if said else error
        place = " at %s" % where if where else ""
        reason = _reason(exception)
        return LoadFailure("%s failed: %s%s%s" % (doing, text, place, reason), error=error, where=where)


class NothingToLoad(LoadFailure):
    """The package has no model for the `_inference` of its base class."""


def _reason(exception):
    """What the author may not see in the exception itself; empty if there is nothing."""
    missing = _unset_variable(exception)
    if missing is not None:
        return ": environment variable '%s' is not set" % missing
    text = _text(exception)
    if isinstance(exception, ModuleNotFoundError) and (exception.name or "").startswith("tensorflow.contrib"):
        return ": TensorFlow 2 has no contrib, a package like tf-slim or tensorflow-addons has its parts"
    if "weights_only" in text:
        return (
            ": the file holds more than weights. Save model.state_dict() alone, or set the variable TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1"
            " if the file is your own: it may run code"
        )
    if "No CUDA GPUs are available" in text or "Found no NVIDIA driver" in text or "not compiled with CUDA" in text:
        return ": there is no GPU here. Ask torch.cuda.is_available() first, or deploy on a flavor with a GPU"
    if "Unsupported device target" in text:
        return ": there is no such device here. Leave device_target out, or write device_target='CPU'"
    return ""


def _text(exception):
    # Foreign code: the text of an exception may fail too.
    try:
        return str(exception)
    except BaseException:
        return ""


def _unset_variable(exception):
    """The name that `os.environ` did not have, in the exception or in what it came from; None if it is something else."""
    seen = set()
    while exception is not None and id(exception) not in seen:
        seen.add(id(exception))
        frames = exception.__traceback__
        while frames is not None and frames.tb_next is not None:
            frames = frames.tb_next
        if isinstance(exception, KeyError) and frames is not None and frames.tb_frame.f_code is type(os.environ).__getitem__.__code__:
            name = exception.args[0]
            return name.decode(errors="replace") if isinstance(name, bytes) else name
        exception = exception.__cause__ or (None if exception.__suppress_context__ else exception.__context__)
    return None


def _line_in_package(exception, model_dir):
    inside = os.path.join(os.path.realpath(model_dir), "")
    if isinstance(exception, SyntaxError) and exception.filename:
        name = os.path.realpath(exception.filename)
        return "%s:%s" % (name[len(inside):], exception.lineno) if name.startswith(inside) else None
    found = None
    for frame in traceback.extract_tb(exception.__traceback__):
        name = os.path.realpath(frame.filename)
        if name.startswith(inside):
            found = "%s:%s" % (name[len(inside):], frame.lineno)
    return found


_OURS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")


def as_the_author_sees(exception):
    """The exception with a traceback that begins in the package: its callers are left out."""
    frames = exception.__traceback__
    while frames is not None and _is_ours(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return exception.with_traceback(frames)


def _is_ours(filename):
    return filename.startswith(_OURS) or filename.startswith("<frozen importlib")


class Configuration:
    """What the server needs of config.json. Tolerant, because the import has checked the file; what it would ignore is a LoadFailure.

    `batching` is None where each request is computed alone.
    """

    def __init__(self, document):
        self.model_type = document.get("model_type")
        self.batching = _batching(document.get("batching"))
        self._file_fields = {"/": []}
        apis = document.get("apis")
        if not isinstance(apis, list):
            apis = [document] if "request" in document else []
        for api in apis:
            if isinstance(api, dict):
                self._read(api)

    def _read(self, api):
        url = api.get("url")
        fields = self._file_fields.setdefault(url if isinstance(url, str) and url.startswith("/") else "/", [])
        request = api.get("request")
        data = request.get("data") if isinstance(request, dict) else None
        properties = data.get("properties") if isinstance(data, dict) else None
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            if _is_file(schema) and name not in fields:
                fields.append(name)

    def has_api(self, path):
        return self._url(path) is not None

    def file_fields(self, path):
        """The properties of type file of the API at `path`, in the order of its schema."""
        return self._file_fields.get(self._url(path), [])

    def _url(self, path):
        if path in self._file_fields:
            return path
        # A URL of other letters than ASCII arrives in percent signs.
        plain = urllib.parse.unquote(path)
        return plain if plain in self._file_fields else None

    @staticmethod
    def read(path):
        try:
            with open(path, encoding="utf-8-sig") as file:
                document = json.load(file)
        except OSError as failure:
            raise LoadFailure("config.json can't be read at '%s': %s" % (path, failure.strerror), error="OSError")
        except ValueError as failure:
            raise LoadFailure("config.json is not JSON: %s" % failure, error="ValueError")
        if not isinstance(document, dict):
            raise LoadFailure("config.json must be a JSON object, found %s" % type(document).__name__, error="ValueError")
        return Configuration(document)


class Batching:
    """How many requests a package takes in one call, and how many seconds the first of them waits for others."""

    def __init__(self, size, wait_seconds):
        self.size = size
        self.wait_seconds = wait_seconds


MOST_REQUESTS = 1024
MOST_WAIT_MS = 1000


def _batching(value):
    if value is None or value == "" or value == {}:
        return None
    size = value.get("size") if isinstance(value, dict) else None
    wait_ms = value.get("wait_ms", 0) if isinstance(value, dict) else None
    if not (_is_whole(size, 1, MOST_REQUESTS) and _is_whole(wait_ms, 0, MOST_WAIT_MS)):
        raise LoadFailure(
            "'batching' of config.json must be {\"size\": 1 to %d, \"wait_ms\": 0 to %d} in whole numbers, found %s" % (MOST_REQUESTS, MOST_WAIT_MS, json.dumps(value)),
            error="ValueError",
        )
    return Batching(int(size), wait_ms / 1000)


def _is_whole(value, least, most):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value) and least <= value <= most


def _is_file(schema):
    """Whether it is a file, or a list of files."""
    if isinstance(schema, list):
        return any(_is_file(item) for item in schema)
    if not isinstance(schema, dict):
        return False
    kind = schema.get("type")
    return kind == "file" or (kind == "array" and _is_file(schema.get("items")))


class Package:
    """The model directory with its configuration; `load` makes the service that answers requests."""

    def __init__(self, model_dir, configuration, model_name):
        self.model_dir = os.path.abspath(model_dir)
        self.configuration = configuration
        self.model_name = model_name
        try:
            self.style = engines.style_of(configuration.model_type)
        except engines.UnsupportedEngine as failure:
            raise LoadFailure(str(failure), error=type(failure).__name__) from failure

    def load(self):
        """Imports, constructs, joins loader threads. Runs on the thread that will answer; raises LoadFailure."""
        thread_failures = []
        previous_hook = threading.excepthook
        threading.excepthook = lambda args: thread_failures.append((args.exc_value, args.thread))
        before = set(threading.enumerate())
        try:
            service_class = self._service_class()
            self._check_batching(service_class)
            service, model_path = self._construct(service_class)
            self._join_loaders(before)
            self._prepare(service, model_path)
        finally:
            threading.excepthook = previous_hook
        for exception, thread in thread_failures:
            if exception is not None:
                raise LoadFailure.of(exception, "thread '%s', started by the constructor," % thread.name, self.model_dir) from exception
        return service

    def _prepare(self, service, model_path):
        try:
            self._doing("loading the model", lambda: service._slipway_prepare(model_path))
        except NothingToLoad:
            # With batching nothing but the package's own _inference_batch calls _inference.
            if self.configuration.batching is None:
                raise

    def _service_class(self):
        path = os.path.join(self.model_dir, MODULE + ".py")
        sources = Sources(self.model_dir)
        legacy.give_back(self.model_dir)
        caffe.stand_in()
        self._lead_old_paths_here(sources)
        load = self._prepare_engine(sources)
        if not os.path.isfile(path):
            return self._default_class()
        module = self._doing("importing %s.py" % MODULE, lambda: _import(path, load))
        leaves = _service_classes_of(module)
        if len(leaves) != 1:
            names = ", ".join("'%s'" % one.__name__ for one in leaves) or "none" + self._what_looks_like_one(module)
            raise LoadFailure(
                "%s.py must define exactly one class that extends a base class of 'model_service', found %s" % (MODULE, names),
                error="TypeError",
            )
        engine = self.configuration.model_type
        if engine not in leaves[0]._slipway_engines and (leaves[0]._slipway_engines != ModelService._slipway_engines or self.style == engines.CLASSIC):
            WARNINGS.warn("class '%s' extends the base class of another engine than '%s'" % (leaves[0].__name__, engine))
        return leaves[0]

    def _what_looks_like_one(self, module):
        """The class that its author ran without a base class of ours, with what to write; empty if there is none."""
        for value in vars(module).values():
            if inspect.isclass(value) and value.__module__ == MODULE and any(hasattr(value, step) for step in _STEPS):
                base = engines.BASE_CLASSES[self.configuration.model_type]
                line = _line_of(value)
                return ": class '%s'%s extends none of them, write: from %s import %s; class %s(%s)" % (
                    value.__name__, " at %s.py:%d" % (MODULE, line) if line else "", *base, value.__name__, base[1]
                )
        return ""

    def _check_batching(self, service_class):
        if self.configuration.batching is None:
            return
        name = service_class.__name__
        if not callable(getattr(service_class, "_inference_batch", None)):
            raise LoadFailure(
                "config.json declares 'batching' and class '%s' has no _inference_batch: define _inference_batch(self, requests), which returns"
                " one result for each, or remove 'batching'" % name,
                error="TypeError",
            )
        if overrides(service_class, ModelService, "inference"):
            raise LoadFailure(
                "config.json declares 'batching' and class '%s' overrides 'inference', by which a batch does not go: override _preprocess,"
                " _inference_batch and _postprocess, or remove 'batching'" % name,
                error="TypeError",
            )

    def _default_class(self):
        engine = self.configuration.model_type
        if engine not in engines.DEFAULT_CLASSES:
            raise LoadFailure("'%s.py' is missing: engine '%s' has no default class" % (MODULE, engine), error="FileNotFoundError")
        module, name = engines.DEFAULT_CLASSES[engine]
        return getattr(importlib.import_module(module), name)

    def _lead_old_paths_here(self, sources):
        """The vendor's TensorFlow image has the package at model/1, and packages write so."""
        words = [b"model/1"]
        if self.configuration.model_type == "TensorFlow":
            words += [b"'1'", b'"1"', b"/1/", b"'/1'", b'"/1"', b"'1/", b'"1/']
        place = os.path.join(self.model_dir, "1")
        if sources.mention(*words) and not os.path.lexists(place):
            try:
                os.symlink(".", place)
            except OSError as failure:
                WARNINGS.warn("'model/1' can't be made to lead to the package: %s" % failure.strerror)

    def _prepare_engine(self, sources):
        """Returns how customize_service.py is loaded: None as any module."""
        misprints = sources.misprints()
        for file in misprints:
            WARNINGS.warn("%s imports 'model_service.tf-serving_model_service', a misprint of the guide that no Python can import: it is read as 'model_service.tfserving_model_service'" % file)
        old = sources.uses_of_tensorflow_1()
        has_legacy_keras = self._choose_keras(sources)
        if self.configuration.model_type == "PyTorch":
            self._tell_of_cuda(sources)
        if not old and not misprints:
            return None
        if old and importlib.util.find_spec("tensorflow") is not None:
            WARNINGS.warn("%s uses '%s' of TensorFlow 1: 'tensorflow' is read as 'tensorflow.compat.v1'" % old[0])
            self._doing("switching TensorFlow to version 1", _use_tensorflow_1)
        else:
            old = []
        sources.read_old_names(bool(old), has_legacy_keras)
        return lambda name, path: SourceLoader(name, path, bool(old), has_legacy_keras)

    def _choose_keras(self, sources):
        """Keras 2 where it is installed, unless a model of the package was saved by Keras 3. Before TensorFlow is imported."""
        if self.configuration.model_type != "TensorFlow" and not sources.mention(b"tensorflow"):
            return False
        if importlib.util.find_spec("tf_keras") is None or _has_model_of_keras_3(self.model_dir):
            return False
        os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
        return os.environ["TF_USE_LEGACY_KERAS"] == "1"

    @staticmethod
    def _tell_of_cuda(sources):
        places = sources.unconditional_cuda()
        if places and not any(name.startswith("nvidia") for name in os.listdir("/dev")):
            WARNINGS.warn(
                "%s needs a GPU without asking whether there is one, and this flavor has none: use torch.cuda.is_available()" % ", ".join(places[:5])
            )

    def _construct(self, service_class):
        model_path = self._doing("finding the model", lambda: service_class._slipway_model_path(self.model_dir, self.configuration.model_type))
        arguments, named = self._arguments(service_class, model_path)
        service = self._doing("the constructor of '%s'" % service_class.__name__, lambda: service_class(*arguments, **named))
        if not isinstance(service, ModelService):
            raise LoadFailure("'%s' did not make a service, found a %s" % (service_class.__name__, type(service).__name__), error="TypeError")
        # Three of four constructors never call super().
        for name, value in (("model_path", model_path), ("model_name", self.model_name)):
            if not hasattr(service, name):
                try:
                    setattr(service, name, value)
                except AttributeError as ignored_slots_only:
                    WARNINGS.warn("class '%s' takes no attribute '%s': %s" % (service_class.__name__, name, ignored_slots_only))
        return service, model_path

    def _arguments(self, service_class, model_path):
        """What its constructor takes; raises LoadFailure for one that takes something else."""
        both, named = (self.model_name, model_path), {"model_name": self.model_name, "model_path": model_path}
        ways = [(both, {}), (_one_of(service_class, both), {}), ((), named), ((), {"model_path": model_path}), ((), {})]
        if self._takes_a_path_alone(service_class):
            ways.insert(0, ((model_path,), {}))
        for arguments, keywords in ways:
            if _accepts(service_class, arguments, keywords):
                return arguments, keywords
        try:
            signature = str(inspect.signature(service_class))
        except (TypeError, ValueError):
            return both, {}
        raise LoadFailure(
            "the constructor of '%s' takes %s, expected (self, model_name, model_path) or (self, model_path)" % (service_class.__name__, signature),
            error="TypeError",
        )

    @staticmethod
    def _takes_a_path_alone(service_class):
        return bool({"XGBoost", "Scikit_Learn", "Spark_MLlib"}.intersection(service_class._slipway_engines))

    def _join_loaders(self, before):
        # Idle workers of a pool never end by themselves and load nothing.
        pools = sys.modules.get("concurrent.futures.thread")
        workers = set(getattr(pools, "_threads_queues", ()))
        for thread in threading.enumerate():
            if thread in before or thread.daemon or thread in workers:
                continue
            thread.join(30)
            while thread.is_alive():
                WARNINGS.warn("still waiting for thread '%s', which the constructor started" % thread.name)
                thread.join(300)

    def _doing(self, what, call):
        try:
            return call()
        except LoadFailure:
            raise
        # The edge to foreign code: whatever it raises, exit() too, is a failed load with a cause.
        except BaseException as exception:
            raise LoadFailure.of(exception, what, self.model_dir) from exception


def _import(path, load):
    loader = None if load is None else load(MODULE, path)
    spec = importlib.util.spec_from_file_location(MODULE, path, loader=loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    spec.loader.exec_module(module)
    return module


def _service_classes_of(module):
    """Those that it defines, or imports if it defines none, and that no other of them extends."""
    found = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, ModelService)]
    own = [one for one in found if one.__module__ == MODULE]
    # Some keep the class in another module of the package and only import it.
    found = list(dict.fromkeys(own or [one for one in found if one.__module__.split(".")[0] != ModelService.__module__.split(".")[0]]))
    return [one for one in found if not any(other is not one and issubclass(other, one) for other in found)]


def _line_of(value):
    try:
        return inspect.getsourcelines(value)[1]
    except (OSError, TypeError):
        return None


def _use_tensorflow_1():
    import tensorflow.compat.v1

    tensorflow.compat.v1.disable_v2_behavior()


def _has_model_of_keras_3(model_dir):
    """Whether one of its files says so; Keras 2 does not read these."""
    for folder, folders, files in os.walk(model_dir):
        for name in files:
            path = os.path.join(folder, name)
            if name.endswith(".keras") and _keras_of_archive(path).startswith("3"):
                return True
            if name.endswith((".h5", ".hdf5")) and _keras_of_hdf(path).startswith("3"):
                return True
    return False


def _keras_of_archive(path):
    try:
        with zipfile.ZipFile(path) as archive, archive.open("metadata.json") as file:
            return str(json.load(file).get("keras_version"))
    except (OSError, KeyError, ValueError, AttributeError, zipfile.BadZipFile):
        return ""


def _keras_of_hdf(path):
    try:
        import h5py

        with h5py.File(path, "r") as file:
            version = file.attrs.get("keras_version", "")
            return version.decode("ascii", "replace") if isinstance(version, bytes) else str(version)
    except (ImportError, OSError):
        return ""


def _one_of(service_class, both):
    """The argument of a constructor with one parameter, by its name."""
    try:
        names = list(inspect.signature(service_class).parameters)
    except (TypeError, ValueError):
        names = []
    return (both[0],) if names and "name" in names[0] else (both[1],)


def _accepts(service_class, arguments, keywords):
    try:
        inspect.signature(service_class).bind(*arguments, **keywords)
    except (TypeError, ValueError):
        return False
    return True


def overrides(service_class, base, *methods):
    """Whether the class has one of these methods of its own."""
    return any(getattr(service_class, name) is not getattr(base, name) for name in methods)
