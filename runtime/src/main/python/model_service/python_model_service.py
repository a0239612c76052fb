"""Base class for engine Scikit_Learn: `model_path` is the `*.m` file, requests arrive as JSON text."""

import collections
import json

from _slipway_runtime.events import WARNINGS
from model_service.model_service import ModelService


class XgSklServingBaseService(ModelService):
    """By default answers `[{"predictresult": x}, ...]` for the rows of `data.req_data`, values in the order given."""

    def __init__(self, model_path, *args, **kwargs):
        self.model_path = model_path

    def _load(self):
        """Loads the model once, at readiness where `_inference` is not overridden."""
        model = getattr(self, "_loaded_model", None)
        if model is None:
            try:
                import joblib
            except ImportError as missing:
                raise ImportError(
                    "package 'joblib' (it comes with scikit-learn) is needed to load '%s' and is not installed" % self.model_path
                ) from missing
            model = self._loaded_model = joblib.load(self.model_path)
        return model

    def _preprocess(self, data):
        document = json.loads(data, object_pairs_hook=collections.OrderedDict)
        return [list(row.values()) for row in document["data"]["req_data"]]

    def _inference(self, data):
        return self._load().predict(data)

    def _postprocess(self, data):
        return [{"predictresult": value} for value in data]


_MISPRINTS = ("XgSkIServingBaseService", "XgSkServingBaseService")


def __getattr__(name):
    # The guide prints these two; packages copy them.
    if name in _MISPRINTS:
        WARNINGS.warn("'%s' is a misprint of the guide, use 'XgSklServingBaseService'" % name)
        return XgSklServingBaseService
    raise AttributeError("module '%s' has no attribute '%s'" % (__name__, name))
