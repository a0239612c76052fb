"""Names the species of an iris from four measurements in centimetres. Needs the standard library only."""

import json
import math
import os

from model_service.model_service import SingleNodeService


class IrisService(SingleNodeService):
    def __init__(self, model_name, model_path):
        super().__init__(model_name, model_path)
        # Below this probability the answer is "unsure".
        self.threshold = float(os.environ.get("THRESHOLD", "0"))
        with open(os.path.join(model_path, "weights.json"), encoding="ascii") as file:
            model = json.load(file)
        self.version = model["version"]
        self.features = model["features"]
        self.labels = model["labels"]
        self.scale = list(zip(model["means"], model["deviations"]))
        self.weights = model["weights"]

    def _preprocess(self, data):
        rows = data["data"]["req_data"]
        if not isinstance(rows, list):
            raise TypeError("'data.req_data' must be a list of rows, found %s" % type(rows).__name__)
        return [self._measurements(number, row) for number, row in enumerate(rows, 1)]

    def _measurements(self, number, row):
        values = []
        for feature, (mean, deviation) in zip(self.features, self.scale):
            value = row[feature]
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise TypeError("row %d: '%s' must be a number, found %r" % (number, feature, value))
            values.append((value - mean) / deviation)
        return values

    def _inference(self, data):
        return [self._probabilities(values) for values in data]

    def _probabilities(self, values):
        scores = [row[0] + sum(weight * value for weight, value in zip(row[1:], values)) for row in self.weights]
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        total = sum(powers)
        return [power / total for power in powers]

    def _postprocess(self, data):
        return {"version": self.version, "data": {"resp_data": [self._answer(found) for found in data]}}

    def _answer(self, probabilities):
        best = max(probabilities)
        label = self.labels[probabilities.index(best)] if best >= self.threshold else "unsure"
        return {"label": label, "probability": round(best, 4)}
