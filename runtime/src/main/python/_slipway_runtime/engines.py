"""The engines that packages may ask for, and the clear refusal of the one that nobody can run any more."""

import importlib.abc
import sys

# model_type as config.json writes it -> how the server speaks to its packages.
DEEP_LEARNING = "deep learning"
CLASSIC = "classic"

ENGINES = {
    "Custom": DEEP_LEARNING,
    "TensorFlow": DEEP_LEARNING,
    "PyTorch": DEEP_LEARNING,
    "MindSpore": DEEP_LEARNING,
    "Caffe": DEEP_LEARNING,
    "XGBoost": CLASSIC,
    "Scikit_Learn": CLASSIC,
    "Spark_MLlib": CLASSIC,
}

# What the class of a package extends.
BASE_CLASSES = {
    "Custom": ("model_service.model_service", "SingleNodeService"),
    "TensorFlow": ("model_service.tfserving_model_service", "TfServingBaseService"),
    "PyTorch": ("model_service.pytorch_model_service", "PTServingBaseService"),
    "MindSpore": ("model_service.model_service", "SingleNodeService"),
    "Caffe": ("model_service.caffe_model_service", "CaffeBaseService"),
    "XGBoost": ("model_service.python_model_service", "XgSklServingBaseService"),
    "Scikit_Learn": ("model_service.python_model_service", "XgSklServingBaseService"),
    "Spark_MLlib": ("model_service.spark_model_service", "SparkServingBaseService"),
}

# The class of a package that brings none.
DEFAULT_CLASSES = {name: BASE_CLASSES[name] for name in ("TensorFlow", "XGBoost", "Scikit_Learn")}

_RETIRED = {"mms.model_service.mxnet_model_service": "MXNet"}


class UnsupportedEngine(ImportError):
    """An engine was named that this runtime does not offer."""


def offered():
    return ", ".join(sorted(ENGINES))


def style_of(model_type):
    """How to speak to packages of `model_type`; raises UnsupportedEngine for another than ours."""
    style = ENGINES.get(model_type)
    if style is None:
        raise UnsupportedEngine("model_type '%s' is not offered by this runtime, expected one of: %s" % (model_type, offered()))
    return style


class _Refusal(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        engine = _RETIRED.get(fullname)
        if engine is not None:
            raise UnsupportedEngine(
                "'%s' belongs to engine %s, which is retired and does not install on a Python of today: convert the model to ONNX or PyTorch"
                ", expected one of: %s" % (fullname, engine, offered()),
                name=fullname,
            )
        return None


def refuse_the_others():
    """From now on an import of a retired engine's base class fails with a message that names the engine."""
    sys.meta_path.insert(0, _Refusal())
