"""Base class for engine Caffe: `model_path` is the model directory with `*.prototxt` and `*.caffemodel`."""

import collections.abc
import os

from _slipway_runtime.events import WARNINGS
from _slipway_runtime.package import NothingToLoad, overrides
from model_service.model_service import SingleNodeService


class CaffeBaseService(SingleNodeService):
    """`self.net` is the network. By default a request is one pass; `_preprocess` returns arrays by input name, or has
    written them to `self.net.blobs` itself."""

    _slipway_engines = ("Caffe",)

    def __init__(self, model_name, model_path, *args, **kwargs):
        super().__init__(model_name, model_path)
        self.net = _net_in(model_path)

    def _slipway_prepare(self, model_path):
        if getattr(self, "net", None) is None and not overrides(type(self), CaffeBaseService, "_inference", "inference"):
            self.net = _net_in(model_path)

    def _inference(self, data):
        return self.net.forward(**(data if isinstance(data, collections.abc.Mapping) else {}))


def _net_in(folder):
    import caffe

    network = _one(folder, ".prototxt", lambda name: (("deploy" not in name), ("train" in name or "solver" in name), name))
    weights = _one(folder, ".caffemodel", lambda name: name)
    return caffe.Net(os.path.join(folder, network), os.path.join(folder, weights), caffe.TEST)


def _one(folder, suffix, order):
    files = sorted((name for name in os.listdir(folder) if name.endswith(suffix)), key=order)
    if not files:
        raise NothingToLoad("no '*%s' file in the model directory, expected one for engine 'Caffe'" % suffix, error="FileNotFoundError")
    if len(files) > 1:
        WARNINGS.warn("several '*%s' files in the model directory, took '%s' of: %s" % (suffix, files[0], ", ".join(sorted(files))))
    return files[0]
