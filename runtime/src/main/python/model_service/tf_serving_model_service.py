"""The guide prints this name for `tfserving_model_service`; packages copy it."""

from _slipway_runtime.events import WARNINGS
from model_service.tfserving_model_service import TfServingBaseService

__all__ = ["TfServingBaseService"]

WARNINGS.warn("module 'model_service.tf_serving_model_service' is a misprint of the guide, use 'model_service.tfserving_model_service'")
