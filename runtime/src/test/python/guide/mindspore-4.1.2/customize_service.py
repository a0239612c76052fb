import mindspore
import numpy as np
from mindspore import Tensor, nn
from PIL import Image

from model_service.model_service import SingleNodeService


class Mnist(SingleNodeService):
    def __init__(self, model_name, model_path):
        self.model_name = model_name
        self.model_path = model_path
        self.net = nn.Dense(784, 10, has_bias=False)
        mindspore.load_param_into_net(self.net, mindspore.load_checkpoint(model_path + "/mnist.ckpt"))

    def _preprocess(self, data):
        for k, v in data.items():
            for file_name, file_content in v.items():
                image = np.array(Image.open(file_content).convert("L"), dtype=np.float32).reshape((1, 784)) / 255
        return Tensor(image)

    def _inference(self, data):
        return self.net(data)

    def _postprocess(self, data):
        return str(data.asnumpy())
