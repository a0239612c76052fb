"""Base class for engines XGBoost and Scikit_Learn: `model_path` is the `*.m` file, requests arrive as JSON text."""

import json
import os

from _slipway_runtime.events import WARNINGS
from _slipway_runtime.package import LoadFailure, overrides
from model_service.model_service import ModelService

# How files of pickle and of joblib's compressors begin.
_PICKLED = (b"\x80", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"]\x00\x00", b"\x04\x22\x4d\x18", b"ZF")


class XgSklServingBaseService(ModelService):
    """By default answers `[{"predictresult": x}, ...]` for the rows of `data.req_data`, values in the order given."""

    _slipway_engines = ("XGBoost", "Scikit_Learn")

    def __init__(self, model_path, *args, **kwargs):
        self.model_path = model_path

    @classmethod
    def _slipway_model_path(cls, model_dir, engine):
        files = sorted(name for name in os.listdir(model_dir) if name.endswith(".m"))
        if not files:
            raise LoadFailure("no '*.m' file in the model directory, expected one for engine '%s'" % engine, error="FileNotFoundError")
        if len(files) > 1:
            WARNINGS.warn("several '*.m' files in the model directory, took '%s' of: %s" % (files[0], ", ".join(files)))
        return os.path.join(model_dir, files[0])

    def _slipway_prepare(self, model_path):
        if not overrides(type(self), XgSklServingBaseService, "_inference", "inference"):
            self._load()

    def _load(self):
        """Loads the model once, at readiness where `_inference` is not overridden."""
        model = getattr(self, "_loaded_model", None)
        if model is None:
            with open(self.model_path, "rb") as file:
                head = file.read(8)
            load = _unpickled if head.startswith(_PICKLED) else _booster
            model = self._loaded_model = load(self.model_path)
        return model

    def _preprocess(self, data):
        document = getattr(data, "document", None) or json.loads(data)
        rows = document["data"]["req_data"]
        return [list(row.values()) if isinstance(row, dict) else list(row) for row in rows]

    def _inference(self, data):
        return self._load().predict(data)

    def _postprocess(self, data):
        return [{"predictresult": value} for value in data]


def _unpickled(path):
    try:
        import joblib
    except ImportError as missing:
        raise ImportError("package 'joblib' (it comes with scikit-learn) is needed to load '%s' and is not installed" % path) from missing
    model = joblib.load(path)
    if type(model).__name__ == "Booster" and type(model).__module__.split(".")[0] == "xgboost":
        return _Booster(model)
    return model


def _booster(path):
    try:
        import xgboost
    except ImportError as missing:
        raise ImportError("package 'xgboost' (as xgboost-cpu) is needed to load '%s' and is not installed" % path) from missing
    try:
        return _Booster(xgboost.Booster(model_file=path))
    except xgboost.core.XGBoostError as failure:
        raise LoadFailure(
            "'%s' is neither a file of joblib nor a model that XGBoost %s reads: %s; a file that XGBoost before 3.1 has saved in its old binary form"
            " is read after Booster.load_model and Booster.save_model('model.json') with an XGBoost between 1.7 and 3.0, or with the dependency"
            " xgboost-cpu EXACT 3.0.5" % (os.path.basename(path), xgboost.__version__, str(failure).splitlines()[-1].strip()),
            error="XGBoostError",
        ) from failure


class _Booster:
    """Predicts rows as scikit-learn's models do."""

    def __init__(self, booster):
        self._booster = booster

    def predict(self, rows):
        import numpy
        import xgboost

        return self._booster.predict(xgboost.DMatrix(numpy.asarray(rows, dtype=float)), validate_features=False)


_MISPRINTS = ("XgSkIServingBaseService", "XgSkServingBaseService")


def __getattr__(name):
    # The guide prints these two; packages copy them.
    if name in _MISPRINTS:
        WARNINGS.warn("'%s' is a misprint of the guide, use 'XgSklServingBaseService'" % name)
        return XgSklServingBaseService
    raise AttributeError("module '%s' has no attribute '%s'" % (__name__, name))
