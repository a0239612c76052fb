"""Base class for engine PyTorch: `model_path` is the file with the weights."""

import contextlib
import os
import sys

from _slipway_runtime.events import WARNINGS
from _slipway_runtime.package import NothingToLoad, overrides
from model_service.model_service import SingleNodeService

_SUFFIXES = (".pth", ".pt")


class PTServingBaseService(SingleNodeService):
    """The package's constructor sets `self.model`. By default each entry of a dict of tensors is given to it."""

    _slipway_engines = ("PyTorch",)

    def __init__(self, model_name, model_path, *args, **kwargs):
        super().__init__(model_name, model_path)
        self.model = None

    @classmethod
    def _slipway_model_path(cls, model_dir, engine):
        files = sorted(name for name in os.listdir(model_dir) if name.endswith(_SUFFIXES))
        if not files:
            WARNINGS.warn("no '*.pth' and no '*.pt' file beside customize_service.py: model_path is the model directory")
            return model_dir
        if len(files) > 1:
            WARNINGS.warn("several files with weights beside customize_service.py, took '%s' of: %s" % (files[0], ", ".join(files)))
        return os.path.join(model_dir, files[0])

    def _slipway_prepare(self, model_path):
        if overrides(type(self), PTServingBaseService, "_inference", "inference"):
            return
        if not overrides(type(self), PTServingBaseService, "__init__"):
            raise NothingToLoad(
                "class '%s' has neither a constructor that sets self.model nor an _inference of its own: PyTorch needs the network to load weights"
                % type(self).__name__,
                error="TypeError",
            )
        if getattr(self, "model", None) is None:
            WARNINGS.warn("the constructor of '%s' has not set self.model, which _inference calls" % type(self).__name__)

    def _inference(self, data):
        torch = sys.modules.get("torch")
        with torch.no_grad() if torch is not None else contextlib.nullcontext():
            return {key: self.model(value) for key, value in data.items()}
