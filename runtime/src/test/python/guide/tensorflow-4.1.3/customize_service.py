from PIL import Image
import numpy as np
from model_service.tferving_model_service import TfServingBaseService


class MnistService(TfServingBaseService):
    def _preprocess(self, data):
        preprocessed_data = {}
        for k, v in data.items():
            for file_name, file_content in v.items():
                image1 = Image.open(file_content)
                image1 = np.array(image1, dtype=np.float32)
                image1.resize((1, 784))
                preprocessed_data[k] = image1
        return preprocessed_data

    def _postprocess(self, data):
        infer_output = {}
        for output_name, result in data.items():
            infer_output["mnist_result"] = result[0].index(max(result[0]))
        return infer_output
