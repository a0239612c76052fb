"""Base classes for engine Custom: the package brings all of its logic."""


class ModelService:
    """Runs a request through `_preprocess`, `_inference` and `_postprocess`; override what differs.

    Requests come one at a time, so state may be kept on self between the steps.
    """

    def __init__(self, model_name, model_path, *args, **kwargs):
        self.model_name = model_name
        self.model_path = model_path

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
