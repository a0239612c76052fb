from model_service.caffe_model_service import CaffeBaseService

import numpy as np

import os, json

import caffe

from PIL import Image


class LenetService(CaffeBaseService):
    def __init__(self, model_name, model_path):
        super(LenetService, self).__init__(model_name, model_path)
        transformer = caffe.io.Transformer({"data": self.net.blobs["data"].data.shape})
        transformer.set_transpose("data", (2, 0, 1))
        transformer.set_raw_scale("data", 255.0)
        self.net.blobs["data"].reshape(1, 1, 28, 28)
        self.transformer = transformer
        self.label = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

    def _preprocess(self, data):
        for k, v in data.items():
            for file_name, file_content in v.items():
                im = caffe.io.load_image(file_content, color=False)
                self.net.blobs["data"].data[...] = self.transformer.preprocess("data", im)
        return

    def _postprocess(self, data):
        data = data["prob"][0, :]
        predicted = np.argmax(data)
        predicted = {"predicted": str(predicted)}
        return predicted
