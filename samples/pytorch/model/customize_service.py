import torch
from model_service.pytorch_model_service import PTServingBaseService

from network import FEATURES, SPECIES, network


class Iris(PTServingBaseService):
    def __init__(self, model_name, model_path):
        super().__init__(model_name, model_path)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = network().to(self.device)
        self.model.load_state_dict(torch.load(model_path, map_location=self.device))
        self.model.eval()

    def _preprocess(self, data):
        rows = [[float(row[name]) for name in FEATURES] for row in data["data"]["req_data"]]
        return {"species": torch.tensor(rows, device=self.device)}

    def _postprocess(self, data):
        return {name: [SPECIES[index] for index in scores.argmax(dim=1).tolist()] for name, scores in data.items()}
