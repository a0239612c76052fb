"""Base classes for engines Custom and MindSpore: the package brings all of its logic."""


class ModelService:
    """Runs a request through `_preprocess`, `_inference` and `_postprocess`; override what differs.

    Requests come one at a time, so state may be kept on self between the steps.
    """

    # The engines whose packages extend it.
    _slipway_engines = ("Custom", "MindSpore")

    def __init__(self, model_name, model_path, *args, **kwargs):
        self.model_name = model_name
        self.model_path = model_path

    @classmethod
    def _slipway_model_path(cls, model_dir, engine):
        """What a constructor gets as `model_path`."""
        return model_dir

    def _slipway_prepare(self, model_path):
        """Loads what the methods that are not overridden need, before the package is ready. `model_path` is the one given
        to the constructor, which need not have kept it."""

    def inference(self, data):
        return self._postprocess(self._inference(self._preprocess(data)))

    def _preprocess(self, data):
        return data

    def _inference(self, data):
        return data

    def _postprocess(self, data):
        return data

    def ping(self):
        return


class SingleNodeService(ModelService):
    """The base class of packages whose `model_path` is the model directory."""
