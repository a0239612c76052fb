"""The engines that packages may ask for, and the clear refusal of those that this runtime does not offer yet."""

import importlib.abc
import sys

# model_type as config.json writes it -> how the server speaks to its packages.
DEEP_LEARNING = "deep learning"
CLASSIC = "classic"

ENGINES = {
    "Custom": DEEP_LEARNING,
    "Scikit_Learn": CLASSIC,
}
ENGINES_WITH_DEFAULT_CLASS = ("Scikit_Learn",)

# Also the spellings that the guide prints: users copy from it.
_REFUSED_MODULES = {
    "model_service.tfserving_model_service": "TensorFlow",
    "model_service.tferving_model_service": "TensorFlow",
    "model_service.tf_serving_model_service": "TensorFlow",
    "model_service.pytorch_model_service": "PyTorch",
    "model_service.caffe_model_service": "Caffe",
    "model_service.spark_model_service": "Spark_MLlib",
    "mms.model_service.mxnet_model_service": "MXNet",
}


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
        engine = _REFUSED_MODULES.get(fullname)
        if engine is not None:
            raise UnsupportedEngine(
                "'%s' belongs to engine %s, which this runtime does not offer yet, expected one of: %s"
                % (fullname, engine, offered()),
                name=fullname,
            )
        return None


def refuse_the_others():
    """From now on an import of another engine's base class fails with a message that names the engine."""
    sys.meta_path.insert(0, _Refusal())
