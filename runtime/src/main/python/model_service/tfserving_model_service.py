"""Base class for engine TensorFlow: `model_path` is the model directory with a SavedModel."""

import collections.abc
import os

from _slipway_runtime.events import WARNINGS
from _slipway_runtime.package import LoadFailure, NothingToLoad, overrides
from model_service.model_service import SingleNodeService

_FILES = ("saved_model.pb", "saved_model.pbtxt")
_USUAL_SIGNATURE = "serving_default"
_TAG = "serve"


class TfServingBaseService(SingleNodeService):
    """By default feeds a dict of arrays by input name to a signature of the SavedModel, and answers its outputs as lists by
    name. The signature is the only one, else `serving_default`, else the first by name."""

    _slipway_engines = ("TensorFlow",)

    def _slipway_prepare(self, model_path):
        self.__dict__["_slipway_folder"] = model_path
        if not overrides(type(self), TfServingBaseService, "_inference", "inference"):
            self._slipway_signature()

    def _slipway_signature(self):
        """Loaded once."""
        signature = self.__dict__.get("_slipway_loaded")
        if signature is None:
            folder = self.__dict__.get("_slipway_folder") or self.model_path
            signature = self.__dict__["_slipway_loaded"] = _Signature(_saved_model_in(folder))
        return signature

    def _inference(self, data):
        return self._slipway_signature().run(data)


def _saved_model_in(folder):
    """The folder of the SavedModel: the model directory itself, or one below it; the highest version of several."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if any(name in files for name in _FILES):
            found.append(place)
            folders.clear()
    if not found:
        raise NothingToLoad(
            "the package has no SavedModel (saved_model.pb and the folder variables) and no _inference of its own:"
            " save the model by tf.saved_model.save into the folder model, or override _inference in customize_service.py",
            error="FileNotFoundError",
        )
    found.sort(key=_version_of)
    if len(found) > 1:
        names = ", ".join("'%s'" % os.path.relpath(one, folder) for one in found)
        WARNINGS.warn("several SavedModels in the package, took '%s' of: %s" % (os.path.relpath(found[-1], folder), names))
    return found[-1]


def _version_of(folder):
    name = os.path.basename(folder)
    return (1, int(name), "") if name.isascii() and name.isdigit() else (0, 0, folder)


class _Signature:
    """One signature of a SavedModel in a session of its own: so SavedModels of TensorFlow 1 and 2 are served alike, whether
    or not the package has switched eager execution off."""

    def __init__(self, folder):
        import tensorflow

        self._tensorflow = tensorflow
        v1 = tensorflow.compat.v1
        self._session = v1.Session(graph=tensorflow.Graph())
        meta_graph = _load(v1, self._session, folder)
        name = _choose(list(meta_graph.signature_def), folder)
        definition = meta_graph.signature_def[name]
        graph = self._session.graph
        self._inputs = {key: _tensor(graph, key, info) for key, info in definition.inputs.items()}
        self._outputs = {key: _tensor(graph, key, info) for key, info in definition.outputs.items()}

    def run(self, data):
        inputs = self._named(data)
        unknown = [key for key in inputs if key not in self._inputs]
        if unknown:
            raise KeyError("input key '%s' is not in model inputs %s" % (unknown[0], sorted(self._inputs)))
        missing = [key for key in self._inputs if key not in inputs]
        if missing:
            raise KeyError("model input '%s' is missing, found %s" % (missing[0], sorted(inputs)))
        feed = {self._inputs[key]: self._value(key, value) for key, value in inputs.items()}
        found = self._session.run(self._outputs, feed_dict=feed)
        return {key: value.tolist() if hasattr(value, "tolist") else value for key, value in found.items()}

    def _named(self, data):
        if isinstance(data, collections.abc.Mapping):
            return data
        if len(self._inputs) == 1:
            return {next(iter(self._inputs)): data}
        raise TypeError("expected a dict with the model inputs %s, found a %s" % (sorted(self._inputs), type(data).__name__))

    def _value(self, key, value):
        if isinstance(value, collections.abc.Mapping) and all(hasattr(file, "read") for file in value.values()):
            # Files as they came: models that decode images themselves take their bytes.
            if self._inputs[key].dtype != self._tensorflow.string:
                raise TypeError(
                    "model input '%s' is of type %s and got a file: make an array of it in _preprocess" % (key, self._inputs[key].dtype.name)
                )
            contents = [file.read() for file in value.values()]
            return contents[0] if self._inputs[key].shape.rank == 0 else contents
        return value.numpy() if hasattr(value, "numpy") and callable(value.numpy) else value


def _load(v1, session, folder):
    loader = v1.saved_model.loader
    try:
        with session.graph.as_default():
            return loader.load(session, [_TAG], folder)
    except RuntimeError as other_tags:
        from tensorflow.core.protobuf import saved_model_pb2

        document = saved_model_pb2.SavedModel()
        path = os.path.join(folder, _FILES[0])
        if not os.path.exists(path):
            raise
        with open(path, "rb") as file:
            document.ParseFromString(file.read())
        tags = [sorted(graph.meta_info_def.tags) for graph in document.meta_graphs]
        if len(tags) != 1 or _TAG in tags[0]:
            raise LoadFailure(
                "the SavedModel has no graph with the tag '%s' alone, found the tags %s: save it for serving" % (_TAG, tags), error="RuntimeError"
            ) from other_tags
        WARNINGS.warn("the SavedModel has no tag '%s', its only graph with the tags %s is used" % (_TAG, tags[0]))
        with session.graph.as_default():
            return loader.load(session, tags[0], folder)


def _choose(names, folder):
    # TensorFlow 2 adds this one for its own use.
    names = sorted(name for name in names if name != "__saved_model_init_op")
    if not names:
        raise LoadFailure("the SavedModel in '%s' has no signature: save it with signatures=" % os.path.basename(folder), error="ValueError")
    if len(names) == 1:
        return names[0]
    chosen = _USUAL_SIGNATURE if _USUAL_SIGNATURE in names else names[0]
    if chosen != _USUAL_SIGNATURE:
        WARNINGS.warn("the SavedModel has the signatures %s and no '%s', took '%s'" % (", ".join(names), _USUAL_SIGNATURE, chosen))
    return chosen


def _tensor(graph, key, info):
    if not info.name:
        raise LoadFailure("'%s' of the signature is no plain tensor: override _inference in customize_service.py" % key, error="ValueError")
    return graph.get_tensor_by_name(info.name)
