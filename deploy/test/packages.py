#!/usr/bin/env python3
"""Takes packages with known answers through Slipway: import, service, prediction, batch; beside it how soon each instance was ready.

deploy/test/packages.py [--cache FOLDER] [--python ENGINE=PATH ...] [PACKAGE ...]

Starts an installation of its own (./slipway up) whose engines have the interpreters of deploy/test/engines.py, which are installed into FOLDER
if they are not there; with --python one that has the engine already is used. PACKAGE is part of a name in the list below; all of them if none is
given. For each package one line: the answers of the service and of the batch, and the seconds that its quickest instance took from the start of its
shim until it was ready, as a multiple of a bare import of the library. Ends with 1 if an answer is wrong or a package does not get there.
"""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

import engines

sys.path.insert(0, os.path.join(engines.ROOT, "benchmarks"))

import installation  # noqa: E402 (found by the line above)

ENGINE = "  %s: {python: %s, policy: prefer-installed}\n"

# A regressor as packages of 2018 pickle it.
XGB_PICKLED = """
import joblib, numpy, xgboost
rows = numpy.array([[0, 0, 0], [5, 3, 1], [0, 1, 0], [6, 3, 2]] * 5, dtype=float)
joblib.dump(xgboost.XGBClassifier(n_estimators=5).fit(rows, [0, 1, 0, 1] * 5), "model.m")
"""
XGB_CODE = """
# coding:utf-8
import collections
import json
from sklearn.externals import joblib
from model_service.python_model_service import XgSklServingBaseService

class user_Service(XgSklServingBaseService):
    def _preprocess(self, data):
        json_data = json.loads(data, object_pairs_hook=collections.OrderedDict)
        return [[element[each] for each in element] for element in json_data["data"]["req_data"]]

    def _inference(self, data):
        return joblib.load(self.model_path).predict(data).tolist()

    def _postprocess(self, data):
        return [{"predictresult": element} for element in data]
"""
# What public packages of TensorFlow 1 look like: a session of their own, a path of the vendor's image.
TF1_CODE = """
import os
import numpy as np
import tensorflow as tf
import log
from metric.metrics_manager import MetricsManager
from model_service.tfserving_model_service import TfServingBaseService
from PIL import Image

logger = log.getLogger(__name__)

class Mnist(TfServingBaseService):
    def __init__(self, model_name, model_path):
        self.model_name = model_name
        self.model_path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "model", "1")
        config = tf.ConfigProto()
        config.gpu_options.allow_growth = True
        with tf.get_default_graph().as_default():
            self.sess = tf.Session(config=config)
            meta = tf.saved_model.loader.load(self.sess, [tf.saved_model.tag_constants.SERVING], self.model_path)
            signature = meta.signature_def["predict_images"]
            self.input, self.output = signature.inputs["images"].name, signature.outputs["scores"].name

    def _preprocess(self, data):
        for _, files in data.items():
            for file_name, content in files.items():
                image = Image.open(content).resize((28, 28), Image.ANTIALIAS)
                return np.asarray(image, dtype=np.float).reshape((1, 784))

    def _inference(self, data):
        return self.sess.run(self.output, feed_dict={self.input: data})

    def _postprocess(self, data):
        return {"mnist_result": np.argmax(data, 1)}
"""
TORCH_NET = """
import torch.nn as nn
from torch._six import container_abcs

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.fc = nn.Linear(784, 10, bias=False)

    def forward(self, x):
        return self.fc(x.view(x.size(0), -1))
"""
TORCH_WEIGHTS = """
import torch
torch.save({"fc.weight": torch.eye(10, 784)}, "model.pth")
"""
# The parent of the base class is called with both arguments, the network lies in a module beside, the answer is a bare list.
TORCH_CODE = """
import os
import log
import torch
import torchvision.transforms as transforms
from collections import Iterable
from model.net import Net
from model_service.pytorch_model_service import PTServingBaseService
from PIL import Image

logger = log.getLogger(__name__)
logger.setLevel("INFO")

class PTVisionService(PTServingBaseService):
    def __init__(self, model_name, model_path):
        super(PTServingBaseService, self).__init__(model_name, model_path)
        self.model = Net()
        self.model.load_state_dict(torch.load(model_path, map_location="cpu"))
        self.model.eval()
        with open(os.path.join(os.path.dirname(os.path.realpath(__file__)), "label.txt")) as file:
            self.label = file.read().split()

    def _preprocess(self, data):
        images = {}
        for k, v in data.items():
            images[k] = [transforms.ToTensor()(Image.open(content)) for file_name, content in v.items()]
            assert isinstance(images[k], Iterable)
        return {k: torch.stack(v) for k, v in images.items()}

    def _postprocess(self, data):
        return [self.label[int(v.argmax())] for v in data.values()]
"""
# As detectors do: the upload becomes a file, a configuration is read by PyYAML, numpy's numbers are answered.
DETECTOR_CODE = """
import cv2
import numpy as np
import os
import yaml
from model_service.pytorch_model_service import PTServingBaseService

class Detector(PTServingBaseService):
    def __init__(self, model_name, model_path):
        self.model_name = model_name
        self.model_path = model_path
        self.names = yaml.load(open(os.path.join(os.path.dirname(model_path), "names.yaml")))["names"]
        self.capture = "test.png"

    def _preprocess(self, data):
        for _, v in data.items():
            for _, file_content in v.items():
                with open(self.capture, "wb") as f:
                    f.write(file_content.read())
        return cv2.imread(self.capture)

    def _inference(self, data):
        y, x = np.unravel_index(np.argmax(data[:, :, 0]), data.shape[:2])
        return {"detection_classes": [self.names[0]], "detection_boxes": np.array([[y, x, y + 1, x + 1]]), "detection_scores": [np.float32(1)]}

    def _postprocess(self, data):
        return data
"""
ASCEND_CODE = """
import logging
import threading
import mindspore.nn as nn
import numpy as np
from mindspore import Tensor, context
from mindspore.train.serialization import load_checkpoint, load_param_into_net
from model_service.model_service import SingleNodeService
from PIL import Image

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)
context.set_context(mode=context.GRAPH_MODE, device_target="Ascend")

class mnist_service(SingleNodeService):
    def __init__(self, model_name, model_path):
        self.model_name = model_name
        self.model_path = model_path
        self.network = None
        thread = threading.Thread(target=self.load_model)
        thread.start()

    def load_model(self):
        self.network = nn.Dense(784, 10, has_bias=False)
        load_param_into_net(self.network, load_checkpoint(self.model_path + "/mnist.ckpt"))

    def _preprocess(self, data):
        for k, v in data.items():
            for file_name, file_content in v.items():
                return Tensor(np.array(Image.open(file_content), dtype=np.float32).reshape((1, 784)))

    def _inference(self, data):
        return self.network(data).asnumpy()

    def _postprocess(self, data):
        return {"mnist_result": data.argmax(axis=1)[0]}
"""
NUMBERS_CODE = """
import numpy as np
from model_service.model_service import SingleNodeService

class Numbers(SingleNodeService):
    def _preprocess(self, data):
        return np.array([list(row.values()) for row in data["data"]["req_data"]], dtype=np.float)

    def _inference(self, data):
        return {"sums": data.sum(axis=1), "largest": data.max(), np.int64(1): float("nan")}
"""
FORM_CODE = """
from model_service.model_service import SingleNodeService

class Form(SingleNodeService):
    def _inference(self, data):
        name, content = next(iter(data["images"].items()))
        return [name, len(content.getvalue()) > 60, content.read(4)[1:].decode()]
"""
YAML = "names:\n  - star\n"

GUIDE = pathlib.Path(engines.TESTS, "guide")
MULTIPART = {"Content-type": "multipart/form-data", "data": {"type": "object", "properties": {"images": {"type": "file"}}}}
ROW = {"type": "object", "properties": {name: {"type": "number"} for name in "abc"}}
JSON = {
    "Content-type": "application/json",
    "data": {"type": "object", "properties": {"data": {"type": "object", "properties": {"req_data": {"type": "array", "items": [ROW]}}}}},
}
RULE = {
    "type": "object",
    "properties": {
        "data": {
            "type": "object",
            "properties": {
                "req_data": {
                    "type": "array",
                    "items": [{"type": "object", "properties": {name: {"type": "number", "index": at} for at, name in enumerate("abc")}}],
                }
            },
        }
    },
}
# Sums of these are exact.
ROWS = {"data": {"req_data": [{"a": 5.0, "b": 3.25, "c": 1.5}, {"a": 0.0, "b": 0.125, "c": 0.25}]}}
CSV = "5.0,3.25,1.5\n0.0,0.125,0.25\n"


def rows(one, other, key="predictresult"):
    """The answers of a classic engine: to both rows at once, and to each alone."""
    answers = [{"data": {"resp_data": [{key: value} for value in values]}} for values in ((one, other), (one,), (other,))]
    return answers[0], answers[1:]


def file(answer):
    return answer, [answer]


class Package:
    """`code` is a folder of the guide's examples or a text, `made_by` a script that makes the model beside it."""

    def __init__(self, name, engine, code, made_by, request, answers, files=None, library=None):
        self.name, self.engine, self.code, self.made_by, self.request, self.files = name, engine, code, made_by, request, files or {}
        self.expected, self.expected_of_batch = answers
        # What is imported for comparison.
        self.library = library or (engines.EXAMPLES[engine][1] if engine else "numpy")

    def make(self, folder, python):
        """Its folder `model`."""
        model = folder / "model"
        if isinstance(self.code, pathlib.Path):
            shutil.copytree(self.code, model)
        else:
            model.mkdir()
            if self.code:
                (model / "customize_service.py").write_text(self.code)
        for name, text in self.files.items():
            (model / name).write_text(text)
        if self.made_by:
            subprocess.run([python, "-I", "-c", self.made_by], check=True, cwd=model, env=engines.environment(), stderr=subprocess.DEVNULL)
        if (model / "saved").is_dir():
            shutil.copytree(model / "saved", model, dirs_exist_ok=True)
            shutil.rmtree(model / "saved")
        api = {"procotol": "https", "url": "/", "method": "post", "request": self.request, "response": {"Content-type": "applicaton/json"}}
        kind = engines.EXAMPLES[self.engine][0] if self.engine else "Custom"
        (model / "config.json").write_text(json.dumps({"model_type": kind, "model_algorithm": "known", "metrics": {}, "apis": [api]}))
        return model, kind


PACKAGES = [
    Package("scikit-learn-guide", "scikit-learn", GUIDE / "scikit-learn-4.3.7", engines.SKLEARN, JSON, rows(1, 0)),
    Package("scikit-learn-alone", "scikit-learn", None, engines.SKLEARN, JSON, rows(1, 0)),
    Package("xgboost-guide", "xgboost", GUIDE / "xgboost-4.3.5", engines.XGBOOST, JSON, rows(1.0, 0.0)),
    Package("xgboost-pickled", "xgboost", XGB_CODE, XGB_PICKLED, JSON, rows(1, 0), library="xgboost, sklearn, joblib"),
    Package("tensorflow-guide", "tensorflow", GUIDE / "tensorflow-4.1.3", engines.TF1 % "[784]", MULTIPART, file({"mnist_result": 7})),
    Package("tensorflow-own", "tensorflow", GUIDE / "tensorflow-own-4.1.3", engines.TF1 % "[28, 28]", MULTIPART, file({"mnist_result": [7]})),
    Package("tensorflow-2", "tensorflow", GUIDE / "tensorflow2-4.3.2", engines.TF2, MULTIPART, file({"result": 7})),
    Package("tensorflow-1-session", "tensorflow", TF1_CODE, engines.TF1 % "[784]", MULTIPART, file({"mnist_result": [7]})),
    Package("pytorch-guide", "pytorch", GUIDE / "pytorch-4.3.3", engines.TORCH, MULTIPART, file([{"images": 7}])),
    Package(
        "pytorch-public", "pytorch", TORCH_CODE, TORCH_WEIGHTS, MULTIPART, file(["label7"]),
        {"net.py": TORCH_NET, "label.txt": " ".join("label%d" % at for at in range(10))},
    ),
    Package(
        "pytorch-detector", "pytorch", DETECTOR_CODE, TORCH_WEIGHTS, MULTIPART,
        file({"detection_classes": ["star"], "detection_boxes": [[0, 7, 1, 8]], "detection_scores": [1.0]}), {"names.yaml": YAML},
    ),
    Package("mindspore-guide", "mindspore", GUIDE / "mindspore-4.1.2", engines.MINDSPORE, MULTIPART, file("[[0. 0. 0. 0. 0. 0. 0. 1. 0. 0.]]")),
    Package("mindspore-ascend", "mindspore", ASCEND_CODE, engines.MINDSPORE, MULTIPART, file({"mnist_result": 7})),
    Package("spark-guide", "spark", GUIDE / "spark-4.3.6", engines.SPARK, JSON, rows(1.0, 0.0, "prediction")),
    Package(
        "custom-numbers", None, NUMBERS_CODE, None, JSON,
        ({"sums": [9.75, 0.375], "largest": 5.0, "1": None}, [{"sums": [9.75], "largest": 5.0, "1": None}, {"sums": [0.375], "largest": 0.25, "1": None}]),
    ),
    Package("custom-form", None, FORM_CODE, None, MULTIPART, file(["7.png", True, "PNG"])),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", default=os.path.expanduser("~/.cache/slipway/engines"))
    parser.add_argument("--python", action="append", default=[], metavar="ENGINE=PATH")
    parser.add_argument("package", nargs="*")
    options = parser.parse_args()
    chosen = [one for one in PACKAGES if not options.package or any(part in one.name for part in options.package)]
    given = dict(one.split("=", 1) for one in options.python)
    # The numbers of custom-numbers come from numpy.
    given.setdefault(None, given.get("scikit-learn"))
    pythons = {one.engine: given.get(one.engine) or engines.installed(one.engine or "scikit-learn", options.cache) for one in chosen}
    lines = "".join(ENGINE % (engines.EXAMPLES[name][0] if name else "Custom", python) for name, python in pythons.items())
    installation.SETTINGS += "trial: {limit: 10m}\nengines:\n" + lines
    failed = []
    with tempfile.TemporaryDirectory(prefix="slipway-packages-") as place:
        os.chmod(place, 0o755)
        slipway = installation.Installation(pathlib.Path(place), 1)
        try:
            slipway.await_api()
            for package in chosen:
                try:
                    taken(slipway, package, pythons[package.engine], pathlib.Path(place, package.name))
                except (AssertionError, OSError, SystemExit, subprocess.CalledProcessError) as failure:
                    print("%s: FAILED: %s" % (package.name, failure), flush=True)
                    failed.append(package.name)
        finally:
            slipway.close()
    return 1 if failed else 0


def taken(slipway, package, python, folder):
    """Takes one package all the way."""
    folder.mkdir()
    model, kind = package.make(folder, python)
    for path in sorted(path for path in model.rglob("*") if path.is_file()):
        slipway.put("%s/model/%s" % (package.name, path.relative_to(model)), path)
    order = dict(slipway.order(package.name, package.name, "0.0.1"), model_type=kind)
    model_id = slipway.call("POST", "/models", order)["model_id"]
    slipway.until("/models/" + model_id, "model_status", ["published"], 900)
    entry = {"model_id": model_id, "specification": installation.FLAVOR, "instance_count": 1}
    body = {"service_name": package.name, "infer_type": "real-time", "config": [dict(entry, weight=100)]}
    service = slipway.call("POST", "/services", body)["service_id"]
    shown = slipway.until("/services/" + service, "status", ["running"], 600)
    ready = [seconds_to_ready(slipway)]
    answer = predicted(slipway, shown["access_address"], package)
    slipway.call("DELETE", "/services/" + service)
    await_none(slipway)
    of_batch = batch(slipway, package, entry, folder, ready)
    bare = engines.seconds_of([python, "-I", "-c", "import " + package.library])
    print(
        "%s: %s, by batch %s, ready in %.1f s, %.2f of a bare import of %.1f s"
        % (package.name, json.dumps(answer), json.dumps(of_batch), min(ready), min(ready) / bare, bare),
        flush=True,
    )
    warnings = [event["event_info"] for event in slipway.call("GET", "/models/%s/events" % model_id)["events"] if event["event_type"] != "normal"]
    for warning in warnings:
        print("    %s" % warning[:200], flush=True)
    if answer != package.expected or of_batch != package.expected_of_batch:
        raise AssertionError("expected %s, by batch %s" % (json.dumps(package.expected), json.dumps(package.expected_of_batch)))


def predicted(slipway, address, package):
    if package.request is JSON:
        body, kind = json.dumps(ROWS).encode(), "application/json"
    else:
        body = b'--b\r\nContent-Disposition: form-data; name="images"; filename="7.png"\r\n\r\n' + engines.image() + b"\r\n--b--\r\n"
        kind = "multipart/form-data; boundary=b"
    to = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(to.hostname, to.port, timeout=120)
    connection.request("POST", to.path, body, {"Content-Type": kind, "X-Auth-Token": slipway.token})
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise AssertionError("%d %s" % (answer.status, text))
    return json.loads(text)


def batch(slipway, package, entry, folder, ready):
    """The answers, in order. The times of its instances are added to `ready`."""
    table = package.request is JSON
    name = "rows.csv" if table else "7.png"
    (folder / name).write_bytes(CSV.encode() if table else engines.image())
    slipway.put("%s/in/%s" % (package.name, name), folder / name)
    bucket = "obs://%s/%s/" % (slipway.env["SLIPWAY_BUCKET"], package.name)
    config = dict(entry, src_path=bucket + "in/", dest_path=bucket + "out/", req_uri="/", mapping_type="csv" if table else "file")
    if table:
        config["mapping_rule"] = RULE
    service = slipway.call("POST", "/services", {"service_name": package.name + "-b", "infer_type": "batch", "config": [config]})["service_id"]
    end = time.monotonic() + 600
    while slipway.call("GET", "/services/" + service)["status"] not in ("finished", "failed"):
        if any(each.get("ready_at") for each in slipway.instances()) and len(ready) == 1:
            ready.append(seconds_to_ready(slipway))
        if time.monotonic() > end:
            raise AssertionError("the batch does not end")
        time.sleep(0.1)
    shown = slipway.call("GET", "/services/" + service)
    result = "%s/out/infer-result-%s/%s_result.txt" % (package.name, shown["task_id"], name)
    try:
        slipway.get(result, folder / "result")
    except subprocess.CalledProcessError as missing:
        raise AssertionError("no '%s': %s" % (result, slipway.call("GET", "/services/%s/events" % service))) from missing
    slipway.call("DELETE", "/services/" + service)
    await_none(slipway)
    text = (folder / "result").read_text()
    return [json.loads(line) for line in text.splitlines()] if table else [json.loads(text)]


def seconds_to_ready(slipway):
    """From the start of its shim."""
    boot = time.time() - float(pathlib.Path("/proc/uptime").read_text().split()[0])
    return min(each["ready_at"] - boot - each["shim"]["start_time"] / installation.TICKS for each in slipway.instances() if each.get("ready_at"))


def await_none(slipway):
    end = time.monotonic() + 60
    while any(each.get("state") in ("starting", "ready", "draining") for each in slipway.instances()) and time.monotonic() < end:
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
