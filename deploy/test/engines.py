#!/usr/bin/env python3
"""Runs the guide's example of each engine on the engine itself: installs it into a cache, makes a model, serves it, asks it.

deploy/test/engines.py [--cache FOLDER] [--python ENGINE=PATH ...] [ENGINE ...]

ENGINE is scikit-learn, xgboost, tensorflow, pytorch, mindspore or spark; all of them if none is named. An engine needs up to 6 GB of disk
and some minutes. With --python an interpreter that has it already is used, and nothing is installed. For each engine one line: what was answered, and
how long it took to be ready beside a bare import of the library. Ends with 1 if any failed.
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESTS = os.path.join(ROOT, "runtime/src/test/python")
PACKAGES = os.path.join(ROOT, "domain/src/main/resources/dev/slipway/domain/model")
sys.path.insert(0, TESTS)

import runtime_fixture  # noqa: E402 (found by the line above)
from runtime_fixture import Server  # noqa: E402

# The first request to Spark compiles its plan.
runtime_fixture.ANSWER_SECONDS = 120

ROWS = {"data": {"req_data": [{"a": 5.0, "b": 3.3, "c": 1.4}, {"a": 0.0, "b": 0.1, "c": 0.2}]}}

SKLEARN = """
import joblib, numpy
from sklearn.linear_model import LogisticRegression
joblib.dump(LogisticRegression().fit([[0, 0, 0], [5, 3, 1], [0, 1, 0], [6, 3, 2]], [0, 1, 0, 1]), "model.m")
"""
XGBOOST = """
import numpy, xgboost
rows = numpy.array([[0, 0, 0], [5, 3, 1], [0, 1, 0], [6, 3, 2]] * 5, dtype=float)
xgboost.train({"objective": "multi:softmax", "num_class": 2}, xgboost.DMatrix(rows, [0, 1, 0, 1] * 5), 5).save_model("model.m")
"""
# A network whose answer is the brightest of ten pixels: known without training.
TF1 = """
import tensorflow.compat.v1 as tf, numpy
tf.disable_v2_behavior()
x = tf.placeholder("float", [None] + %s, name="x")
w = tf.Variable(numpy.eye(784, 10, dtype="float32"))
y = tf.nn.softmax(tf.matmul(tf.reshape(x, [-1, 784]), w))
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    builder = tf.saved_model.builder.SavedModelBuilder("saved")
    info = tf.saved_model.utils.build_tensor_info
    signature = tf.saved_model.signature_def_utils.build_signature_def({"images": info(x)}, {"scores": info(y)}, "tensorflow/serving/predict")
    builder.add_meta_graph_and_variables(session, ["serve"], signature_def_map={"predict_images": signature})
    builder.save()
"""
TF2 = """
import os
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy, tensorflow as tf
layers = tf.keras.layers
model = tf.keras.Sequential([layers.Flatten(input_shape=(28, 28, 1)), layers.Dense(10, activation="softmax", use_bias=False, name="output")])
model.layers[-1].set_weights([numpy.eye(784, 10, dtype="float32")])
tf.keras.models.save_model(model, "saved", save_format="tf")
"""
TORCH = """
import json, torch
hidden = torch.zeros(5120, 784); hidden[:784] = torch.eye(784)
torch.save({"hidden1.weight": hidden, "output.weight": torch.eye(10, 5120)}, "mnist_mlp.pt")
json.dump(list(range(10)), open("label.json", "w"))
"""
MINDSPORE = """
import mindspore, numpy
net = mindspore.nn.Dense(784, 10, has_bias=False)
net.weight.set_data(mindspore.Tensor(numpy.eye(10, 784, dtype="float32")))
mindspore.save_checkpoint(net, "mnist.ckpt")
"""
SESSION = (
    "pyspark.sql.SparkSession.builder.master('local[1]').config('spark.driver.bindAddress', '127.0.0.1')"
    ".config('spark.driver.host', '127.0.0.1').config('spark.ui.enabled', 'false').getOrCreate()"
)
SPARK = """
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
rows = [(0.0, Vectors.dense([0.0, 0.0, 0.0])), (1.0, Vectors.dense([5.0, 3.0, 1.0])), (0.0, Vectors.dense([0.0, 1.0, 0.0])), (1.0, Vectors.dense([6.0, 3.0, 2.0]))]
LogisticRegression(maxIter=10, regParam=0.01).fit(spark.createDataFrame(rows, ["label", "features"])).save("file:" + __import__("os").getcwd() + "/spark_model")
"""

# name of the engine's packages -> (model_type, library that is imported, examples: folder, script that makes the model, request, expected)
EXAMPLES = {
    "scikit-learn": ("Scikit_Learn", "sklearn.linear_model", [("scikit-learn-4.3.7", SKLEARN, "rows", [1, 0])]),
    "xgboost": ("XGBoost", "xgboost", [("xgboost-4.3.5", XGBOOST, "rows", [1, 0])]),
    "tensorflow": (
        "TensorFlow",
        "tensorflow",
        [
            ("tensorflow-4.1.3", TF1 % "[784]", "image", {"mnist_result": 7}),
            ("tensorflow-own-4.1.3", TF1 % "[28, 28]", "image", {"mnist_result": [7]}),
            ("tensorflow2-4.3.2", TF2, "image", {"result": 7}),
        ],
    ),
    "pytorch": ("PyTorch", "torch, torchvision.transforms", [("pytorch-4.3.3", TORCH, "image", [{"images": 7}])]),
    "mindspore": ("MindSpore", "mindspore", [("mindspore-4.1.2", MINDSPORE, "image", None)]),
    # A session is there before the first request, so it counts on both sides.
    "spark": ("Spark_MLlib", "pyspark.sql; " + SESSION, [("spark-4.3.6", SPARK, "rows", [1.0, 0.0])]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", default=os.path.expanduser("~/.cache/slipway/engines"))
    parser.add_argument("--python", action="append", default=[], metavar="ENGINE=PATH")
    parser.add_argument("engine", nargs="*", choices=[*EXAMPLES, []])
    options = parser.parse_args()
    given = dict(one.split("=", 1) for one in options.python)
    failed = [name for name in options.engine or EXAMPLES if not tried(name, given.get(name), options.cache)]
    return 1 if failed else 0


def tried(name, python, cache):
    try:
        python = python or installed(name, cache)
        engine, library, examples = EXAMPLES[name]
        bare = seconds_of([python, "-I", "-c", "import " + library])
        for folder, script, request, expected in examples:
            with tempfile.TemporaryDirectory() as place:
                ready, answer = served(python, engine, os.path.join(TESTS, "guide", folder), script, request, place)
            right = str(answer).startswith("[[") if expected is None else answer == expected
            print("%s: %s answered %s, ready in %.1f s, %.2f of a bare import" % (name, folder, answer, ready, ready / bare), flush=True)
            if not right:
                raise AssertionError("expected %s" % (expected,))
        return True
    except (AssertionError, OSError, subprocess.CalledProcessError) as failure:
        print("%s: FAILED: %s" % (name, failure), flush=True)
        return False


def installed(name, cache):
    """The interpreter of a virtual environment with the engine, made once."""
    folder = os.path.join(cache, name)
    python = os.path.join(folder, "bin", "python3")
    if os.path.exists(os.path.join(folder, "complete")):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    words = [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:", "--no-binary=pyspark"]
    files = ["-r", os.path.join(PACKAGES, name + ".requirements.txt"), "-c", os.path.join(PACKAGES, name + ".constraints.txt")]
    subprocess.run(words + files, check=True)
    open(os.path.join(folder, "complete"), "w").close()
    return python


def seconds_of(words):
    """The best of two, so that the first read of the files from the disk does not count."""
    best = None
    for _ in range(2):
        begin = time.monotonic()
        subprocess.run(words, check=True, stderr=subprocess.DEVNULL, env=environment())
        best = min(best or 1e9, time.monotonic() - begin)
    return best


def environment():
    return dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="2")


def served(python, engine, package, script, request, place):
    """Seconds until it was ready, and its answer."""
    model = os.path.join(place, "model")
    shutil.copytree(package, model)
    subprocess.run([python, "-I", "-c", script], check=True, cwd=model, env=environment(), stderr=subprocess.DEVNULL)
    saved = os.path.join(model, "saved")
    if os.path.isdir(saved):
        shutil.copytree(saved, model, dirs_exist_ok=True)
        shutil.rmtree(saved)
    with open(os.path.join(model, "config.json"), "w") as file:
        file.write('{"model_type": "%s", "model_algorithm": "guide"}' % engine)
    begin = time.monotonic()
    server = Server(model, python=python, env=environment())
    try:
        while not any(one["event"] in ("ready", "failed") for one in server.events):
            if server.process.poll() is not None or time.monotonic() - begin > 300:
                break
            time.sleep(0.02)
        ready = time.monotonic() - begin
        causes = [one.get("cause") for one in server.events if one["event"] == "failed"]
        if causes or not any(one["event"] == "ready" for one in server.events):
            raise AssertionError("%s\n%s" % (causes, server.log()[-3000:]))
        for warning in (one["message"] for one in server.events if one["event"] == "warning"):
            print("    warning:", warning)
        if request == "rows":
            status, answer, headers = server.post_json(ROWS)
            rows = answer["data"]["resp_data"] if status == 200 else None
            answer = [list(row.values())[0] for row in rows] if rows else answer
        else:
            head = {"Content-Type": "multipart/form-data; boundary=b"}
            part = b'--b\r\nContent-Disposition: form-data; name="images"; filename="7.png"\r\n\r\n'
            status, answer, headers = server.request(body=part + image() + b"\r\n--b--\r\n", headers=head)
        if status != 200:
            raise AssertionError("%d %s %s\n%s" % (status, answer, headers.get("X-Error-Cause"), server.log()[-3000:]))
        return ready, answer
    finally:
        server.close()


def image():
    """A grey PNG of 28 times 28 points, black but for the eighth, which is white."""
    rows = [bytearray(29) for _ in range(28)]
    rows[0][1 + 7] = 255
    out = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    out.seek(0, 2)
    header = (28).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")):
        out.write(len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big"))
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
