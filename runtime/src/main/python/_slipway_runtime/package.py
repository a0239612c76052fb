"""Loads a model package: finds its service class, constructs it, waits for what it loads on threads."""

import importlib.util
import inspect
import json
import os
import sys
import threading
import traceback
import urllib.parse

from _slipway_runtime import engines
from _slipway_runtime.events import WARNINGS
from model_service.model_service import ModelService
from model_service.python_model_service import XgSklServingBaseService

MODULE = "customize_service"


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
        text = "%s: %s" % (error, exception) if str(exception) else error
        place = " at %s" % where if where else ""
        missing = _unset_variable(exception)
        reason = "" if missing is None else ": environment variable '%s' is not set" % missing
        return LoadFailure("%s failed: %s%s%s" % (doing, text, place, reason), error=error, where=where)


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
    """What the server needs of config.json. Tolerant, because the import has checked the file."""

    def __init__(self, document):
        self.model_type = document.get("model_type")
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
            service = self._construct(service_class)
            self._join_loaders(before)
            if isinstance(service, XgSklServingBaseService) and not _overrides(service_class, "_inference", "inference"):
                self._doing("loading the model", service._load)
        finally:
            threading.excepthook = previous_hook
        for exception, thread in thread_failures:
            if exception is not None:
                raise LoadFailure.of(exception, "thread '%s', started by the constructor," % thread.name, self.model_dir) from exception
        return service

    def _service_class(self):
        path = os.path.join(self.model_dir, MODULE + ".py")
        if not os.path.isfile(path):
            if self.configuration.model_type in engines.ENGINES_WITH_DEFAULT_CLASS:
                return XgSklServingBaseService
            raise LoadFailure(
                "'%s.py' is missing: engine '%s' has no default class" % (MODULE, self.configuration.model_type), error="FileNotFoundError"
            )
        module = self._doing("importing %s.py" % MODULE, lambda: _import(path))
        found = [
            value
            for value in vars(module).values()
            if inspect.isclass(value) and value.__module__ == MODULE and issubclass(value, ModelService)
        ]
        found = list(dict.fromkeys(found))
        leaves = [one for one in found if not any(other is not one and issubclass(other, one) for other in found)]
        if len(leaves) != 1:
            names = ", ".join("'%s'" % one.__name__ for one in leaves) or "none"
            raise LoadFailure(
                "%s.py must define exactly one class that extends a base class of 'model_service', found %s" % (MODULE, names),
                error="TypeError",
            )
        base = engines.CLASSIC if issubclass(leaves[0], XgSklServingBaseService) else engines.DEEP_LEARNING
        if base != self.style:
            WARNINGS.warn("class '%s' extends the base class of another engine than '%s'" % (leaves[0].__name__, self.configuration.model_type))
        return leaves[0]

    def _construct(self, service_class):
        if issubclass(service_class, XgSklServingBaseService):
            model_path = self._classic_model_file()
            arguments = (model_path,)
            if not _accepts(service_class, arguments) and _accepts(service_class, (self.model_name, model_path)):
                arguments = (self.model_name, model_path)
        else:
            model_path = self.model_dir
            arguments = (self.model_name, model_path)
        service = self._doing("the constructor of '%s'" % service_class.__name__, lambda: service_class(*arguments))
        # Three of four constructors never call super().
        if not hasattr(service, "model_path"):
            try:
                service.model_path = model_path
            except AttributeError as ignored_slots_only:
                WARNINGS.warn("class '%s' takes no attribute 'model_path': %s" % (service_class.__name__, ignored_slots_only))
        return service

    def _classic_model_file(self):
        files = sorted(name for name in os.listdir(self.model_dir) if name.endswith(".m"))
        if not files:
            raise LoadFailure("no '*.m' file in the model directory, expected one for engine 'Scikit_Learn'", error="FileNotFoundError")
        if len(files) > 1:
            WARNINGS.warn("several '*.m' files in the model directory, took '%s' of: %s" % (files[0], ", ".join(files)))
        return os.path.join(self.model_dir, files[0])

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


def _import(path):
    spec = importlib.util.spec_from_file_location(MODULE, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    spec.loader.exec_module(module)
    return module


def _accepts(service_class, arguments):
    try:
        inspect.signature(service_class).bind(*arguments)
    except (TypeError, ValueError):
        return False
    return True


def _overrides(service_class, *methods):
    return any(getattr(service_class, name) is not getattr(XgSklServingBaseService, name) for name in methods)
