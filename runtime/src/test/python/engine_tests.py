"""The base class of each engine, with a module that stands in for the engine's own."""

import json
import os
import sys
import textwrap
import unittest

from runtime_fixture import SOURCES, Folder, Server

assert SOURCES in sys.path

from _slipway_runtime import caffe  # noqa: E402 (the fixture makes it importable)
from _slipway_runtime.sources import Sources  # noqa: E402

# What the base class uses of TensorFlow: a session that loads a document of signatures and doubles its numbers.
TENSORFLOW = """
    import json, os, types
    string = types.SimpleNamespace(name="string")
    __version__ = "2.21.0"
    class Graph:
        def __init__(self): self.tensors = {}
        def as_default(self): return self
        def __enter__(self): return self
        def __exit__(self, *failure): return False
        def get_tensor_by_name(self, name): return self.tensors.setdefault(name, Tensor(name))
    class Tensor:
        def __init__(self, name):
            self.name = name
            self.dtype = string if name.startswith("bytes") else types.SimpleNamespace(name="float32")
            self.shape = types.SimpleNamespace(rank=1)
    class Array:
        def __init__(self, value): self.value = value
        def tolist(self): return self.value
    class Session:
        def __init__(self, graph=None, config=None): self.graph = graph
        def run(self, outputs, feed_dict=None):
            return {key: Array([tensor.name, sorted([k.name, str(v)] for k, v in feed_dict.items())]) for key, tensor in outputs.items()}
    def load(session, tags, folder):
        with open(os.path.join(folder, "saved_model.pb")) as file:
            found = json.load(file)
        if "broken" in found:
            raise OSError("variables are missing")
        info = lambda names: {key: types.SimpleNamespace(name=name) for key, name in names.items()}
        signatures = {name: types.SimpleNamespace(inputs=info(one["inputs"]), outputs=info(one["outputs"])) for name, one in found.items()}
        return types.SimpleNamespace(signature_def=signatures)
    from tensorflow.compat import v1
    compat = types.SimpleNamespace(v1=v1)
"""
V1 = """
    import sys, types
    tensorflow = sys.modules["tensorflow"]
    Session = tensorflow.Session
    saved_model = types.SimpleNamespace(loader=types.SimpleNamespace(load=tensorflow.load))
    class ConfigProto: pass
    switched = []
    def disable_v2_behavior(): switched.append(1)
    def get_default_graph(): return "the graph"
"""
FAKE_TENSORFLOW = {"../tensorflow/__init__.py": TENSORFLOW, "../tensorflow/compat/__init__.py": "", "../tensorflow/compat/v1.py": V1}


def signatures(**named):
    return json.dumps({name: {"inputs": {"images": "x:0"}, "outputs": {"scores": output}} for name, output in named.items()})


class EngineCase(Folder):
    def model(self, engine, code=None, files=None, name="package"):
        files = {path: textwrap.dedent(text) for path, text in (files or {}).items()}
        return self.package(code, {"model_type": engine, "model_algorithm": "test"}, files, name)

    def server(self, *arguments, **named):
        server = Server(self.model(*arguments, **named))
        self.addCleanup(server.close)
        return server

    def cause(self, *arguments, **named):
        server = self.server(*arguments, **named)
        event = server.event("failed", 60)
        self.assertEqual(server.exit_code(60), 3)
        return event["cause"]

    def warnings(self, server):
        return " | ".join(one["message"] for one in server.events if one["event"] == "warning")


class TensorFlowTests(EngineCase):
    def serve(self, files, code=None, name="package"):
        return self.server("TensorFlow", code, {**FAKE_TENSORFLOW, **files}, name).ready()

    def test_the_default_class_feeds_the_only_signature_whatever_its_name(self):
        server = self.serve({"saved_model.pb": signatures(predict_images="y:0")})
        self.assertEqual(server.post_json({"images": [[1]]})[:2], (200, {"scores": ["y:0", [["x:0", "[[1]]"]]]}))
        # A single input needs no name.
        self.assertEqual(server.post_json([[2]])[1], {"scores": ["y:0", [["x:0", "[[2]]"]]]})

    def test_takes_serving_default_of_several_signatures_and_says_so_of_others(self):
        server = self.serve({"saved_model.pb": signatures(a="a:0", serving_default="d:0", __saved_model_init_op="i:0")})
        self.assertEqual(server.post_json({"images": 1})[1]["scores"][0], "d:0")
        other = self.serve({"saved_model.pb": signatures(b="b:0", a="a:0")}, name="other")
        self.assertEqual(other.post_json({"images": 1})[1]["scores"][0], "a:0")
        self.assertIn("signatures a, b and no 'serving_default', took 'a'", self.warnings(other))

    def test_finds_the_highest_version_below_the_package(self):
        files = {"%d/saved_model.pb" % version: signatures(one="%d:0" % version) for version in (2, 10)}
        server = self.serve(files)
        self.assertEqual(server.post_json({"images": 1})[1]["scores"][0], "10:0")
        self.assertIn("took '10'", self.warnings(server))

    def test_names_unknown_and_missing_inputs(self):
        server = self.serve({"saved_model.pb": signatures(one="y:0")})
        status, body, headers = server.post_json({"image": 1})
        self.assertEqual((status, body["erno"]), (400, "MR.0105"))
        self.assertIn("input key 'image' is not in model inputs ['images']", headers["X-Error-Cause"])
        self.assertIn("model input 'images' is missing", server.post_json({})[2]["X-Error-Cause"])

    def test_gives_files_to_models_that_decode_them_and_names_the_others(self):
        document = {"one": {"inputs": {"images": "bytes:0"}, "outputs": {"scores": "y:0"}}}
        head = {"Content-Type": "multipart/form-data; boundary=b"}
        body = b'--b\r\nContent-Disposition: form-data; name="images"; filename="a.png"\r\n\r\npixels\r\n--b--\r\n'
        server = self.serve({"saved_model.pb": json.dumps(document)})
        self.assertEqual(server.request(body=body, headers=head)[1], {"scores": ["y:0", [["bytes:0", "[b'pixels']"]]]})
        other = self.serve({"saved_model.pb": signatures(one="y:0")}, name="other")
        self.assertIn("float32 and got a file: make an array of it in _preprocess", other.request(body=body, headers=head)[2]["X-Error-Cause"])

    def test_a_package_may_override_what_surrounds_the_signature_and_all_spellings_of_the_guide_work(self):
        code = """
            from model_service.%s import TfServingBaseService
            class Mnist(TfServingBaseService):
                def _preprocess(self, data):
                    return {"images": data["raw"]}
                def _postprocess(self, data):
                    return {"best": data["scores"][0]}
        """
        names = ("tfserving_model_service", "tferving_model_service", "tf_serving_model_service", "tf-serving_model_service")
        for number, name in enumerate(names):
            server = self.serve({"saved_model.pb": signatures(one="y:0")}, code % name, "p%d" % number)
            self.assertEqual(server.post_json({"raw": 1})[1], {"best": "y:0"})
            self.assertEqual("misprint of the guide" in self.warnings(server), number > 0, name)

    def test_refuses_a_package_without_saved_model_and_without_inference(self):
        code = """
            from model_service.tfserving_model_service import TfServingBaseService
            class S(TfServingBaseService):
                %s
        """
        self.assertIn(
            "no SavedModel (saved_model.pb and the folder variables) and no _inference of its own",
            self.cause("TensorFlow", code % "def _preprocess(self, data): return data", FAKE_TENSORFLOW),
        )
        server = self.server("TensorFlow", code % "def _inference(self, data): return 'own'", FAKE_TENSORFLOW, name="own").ready()
        self.assertEqual(server.post_json({})[1], "own")

    def test_a_saved_model_that_does_not_load_is_no_model(self):
        cause = self.cause("TensorFlow", None, {**FAKE_TENSORFLOW, "saved_model.pb": '{"broken": 1}'})
        self.assertIn("loading the model failed: OSError: variables are missing", cause)

    def test_services_of_tensorflow_1_run_on_the_compatible_module(self):
        code = """
            import helper
            import tensorflow as tf
            from model_service.tfserving_model_service import TfServingBaseService
            class S(TfServingBaseService):
                def __init__(self, model_name, model_path):
                    self.model_path = model_path
                    self.session = tf.Session(config=tf.ConfigProto())
                    self.graph = tf.get_default_graph()
                def _inference(self, data):
                    return [tf.__name__, self.graph, helper.name(), len(tf.switched)]
        """
        helper = """
            import tensorflow
            import os, tensorflow as again
            def name():
                return tensorflow.ConfigProto.__module__ + again.get_default_graph()
        """
        server = self.server("TensorFlow", code, {**FAKE_TENSORFLOW, "helper.py": helper}).ready()
        self.assertEqual(
            server.post_json({})[1], ["tensorflow.compat.v1", "the graph", "tensorflow.compat.v1the graph", 1]
        )
        self.assertIn("customize_service.py:8 uses 'tf.Session' of TensorFlow 1", self.warnings(server))

    def test_old_paths_lead_to_the_package(self):
        code = """
            import os
            from model_service.tfserving_model_service import TfServingBaseService
            class S(TfServingBaseService):
                def __init__(self, model_name, model_path):
                    with open(os.path.join(model_path, "1", "label.txt")) as file:
                        self.label = file.read()
                    with open(model_path + "/../model/1/label.txt") as file:
                        self.label += file.read()
                def _inference(self, data):
                    return self.label
        """
        server = self.server("TensorFlow", code, {**FAKE_TENSORFLOW, "label.txt": "cat"}).ready()
        self.assertEqual(server.post_json({})[1], "catcat")


class SourcesTests(Folder):
    def sources(self, text, name="p"):
        return Sources(self.package(text, name=name))

    def test_uses_of_tensorflow_1(self):
        found = self.sources("import tensorflow as tf\ns = tf.Session(graph=tf.Graph())\ntf.saved_model.loader.load(s, [], '')\n")
        self.assertEqual(
            found.uses_of_tensorflow_1(),
            [("customize_service.py:2", "tf.Session"), ("customize_service.py:3", "tf.saved_model.loader")],
        )

    def test_whoever_knows_tensorflow_2_is_left_alone(self):
        for number, text in enumerate(
            (
                "import tensorflow.compat.v1 as tf\ntf.Session()\n",
                "import tensorflow as tf\ntf.compat.v1.Session()\n",
                "import tensorflow as tf\nx = tf.Session() if tf.__version__ < '2' else tf.saved_model.load('m')\n",
                "import tensorflow as tf\nm = tf.saved_model.load('m')\n",
                "import tensorflow as tf\nm = tf.keras.models.load_model('m')\n",
                "tf = None\ntf.Session()\n",
            )
        ):
            self.assertEqual(self.sources(text, str(number)).uses_of_tensorflow_1(), [], text)

    def test_unconditional_cuda(self):
        found = self.sources(
            """
            import torch
            net = Net().cuda()
            net.to("cuda:0")
            device = torch.device("cuda")
            other = torch.device("cuda" if torch.cuda.is_available() else "cpu")
            net.to(other)
            if torch.cuda.is_available():
                net.cuda()
            state = torch.load("a.pth", map_location="cuda:0")
            torch.cuda.empty_cache()
            use_gpu = False
            x = net.cuda() if use_gpu else net
            """
        )
        self.assertEqual(found.unconditional_cuda(), ["customize_service.py:%d" % line for line in (3, 4, 5, 10)])

    def test_what_is_no_python_is_left_to_the_import(self):
        self.assertEqual(self.sources("import tensorflow as tf\ntf.Session(\n").uses_of_tensorflow_1(), [])


class PyTorchTests(EngineCase):
    def test_the_constructor_gets_the_weights_and_sets_the_model(self):
        code = """
            import os
            from model_service.pytorch_model_service import PTServingBaseService
            class Net(PTServingBaseService):
                def __init__(self, model_name, model_path):
                    super(%s, self).__init__(model_name, model_path)
                    dir_path = os.path.dirname(os.path.realpath(self.model_path))
                    with open(os.path.join(dir_path, "label.txt")) as file:
                        label = file.read()
                    self.model = lambda x: [x, label, os.path.basename(model_path)]
        """
        files = {"weights.pth": "w", "label.txt": "cat"}
        for number, start in enumerate(("Net", "PTServingBaseService")):
            server = self.server("PyTorch", code % start, files, name="p%d" % number).ready()
            self.assertEqual(server.post_json({"a": 1, "b": 2})[1], {"a": [1, "cat", "weights.pth"], "b": [2, "cat", "weights.pth"]})

    def test_constructors_of_other_forms(self):
        for number, (parameters, expected) in enumerate(
            (
                ("model_path", [None, "weights.pt"]),
                ("model_name", ["model", None]),
                ("**kwargs", ["model", "weights.pt"]),
                ("*args", ["model", "weights.pt"]),
                ("name, path, batch=4, **more", ["model", "weights.pt"]),
                ("*, model_path", [None, "weights.pt"]),
                ("", [None, None]),
            )
        ):
            code = """
                import os
                from model_service.pytorch_model_service import PTServingBaseService
                class S(PTServingBaseService):
                    def __init__(self, %s):
                        given = dict(locals())
                        given.update(given.get("kwargs", {}))
                        args = given.get("args") or (given.get("name"), given.get("path"))
                        path = given.get("model_path") or args[1]
                        self.found = [given.get("model_name") or args[0], path and os.path.basename(path)]
                    def _inference(self, data):
                        return self.found
            """
            server = self.server("PyTorch", code % parameters, {"weights.pt": ""}, name="p%d" % number).ready()
            self.assertEqual(server.post_json({})[1], expected, parameters)

    def test_refuses_a_constructor_of_its_own_by_name(self):
        code = """
            from model_service.pytorch_model_service import PTServingBaseService
            class S(PTServingBaseService):
                def __init__(self, model_name, model_path, layers):
                    pass
        """
        self.assertIn(
            "the constructor of 'S' takes (model_name, model_path, layers), expected (self, model_name, model_path)",
            self.cause("PyTorch", code, {"weights.pt": ""}),
        )

    def test_refuses_a_class_that_can_have_no_model(self):
        code = """
            from model_service.pytorch_model_service import PTServingBaseService
            class S(PTServingBaseService):
                def _postprocess(self, data):
                    return data
        """
        self.assertIn("neither a constructor that sets self.model nor an _inference", self.cause("PyTorch", code, {"weights.pt": ""}))

    def test_hints_at_weights_and_cuda(self):
        code = """
            from model_service.pytorch_model_service import PTServingBaseService
            class S(PTServingBaseService):
                def __init__(self, model_name, model_path):
                    self.model = str
                def later(self, net):
                    return net.cuda()
        """
        server = self.server("PyTorch", code, {"b.pth": "", "a.pt": ""}).ready()
        warnings = self.warnings(server)
        self.assertIn("took 'a.pt' of: a.pt, b.pth", warnings)
        if not any(name.startswith("nvidia") for name in os.listdir("/dev")):
            self.assertIn("customize_service.py:7 needs a GPU without asking", warnings)

    def test_a_failure_for_want_of_a_gpu_or_of_trust_says_what_helps(self):
        code = """
            from model_service.pytorch_model_service import PTServingBaseService
            class S(PTServingBaseService):
                def __init__(self, model_name, model_path):
                    raise %s
        """
        self.assertIn("there is no GPU here", self.cause("PyTorch", code % "RuntimeError('No CUDA GPUs are available')", {"a.pt": ""}))
        self.assertIn(
            "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1",
            self.cause("PyTorch", code % "ValueError('Weights only load failed: weights_only')", {"a.pt": ""}, name="trust"),
        )
        self.assertIn(
            "write device_target='CPU'",
            self.cause("PyTorch", code % "RuntimeError('Unsupported device target Ascend.')", {"a.pt": ""}, name="device"),
        )

    def test_a_class_without_a_base_is_named_with_what_to_write(self):
        code = """
            # from model_service.pytorch_model_service import PTServingBaseService
            class Helper: pass
            class Detection():
                def _inference(self, data): return data
        """
        self.assertIn(
            "found none: class 'Detection' at customize_service.py:4 extends none of them, write: from model_service.pytorch_model_service"
            " import PTServingBaseService; class Detection(PTServingBaseService)",
            self.cause("PyTorch", code, {"a.pt": ""}),
        )

    def test_a_class_of_another_module_of_the_package_is_taken_if_it_is_imported(self):
        other = """
            from model_service.pytorch_model_service import PTServingBaseService
            class Detection(PTServingBaseService):
                def _inference(self, data): return "detected"
        """
        server = self.server("PyTorch", "from detection import *", {"detection.py": other, "a.pt": ""}).ready()
        self.assertEqual(server.post_json({})[1], "detected")


XGBOOST = """
    __version__ = "3.2.0"
    class core:
        class XGBoostError(ValueError): pass
    class DMatrix:
        def __init__(self, rows): self.rows = rows
    class Booster:
        def __init__(self, model_file=None):
            with open(model_file) as file:
                if "binf" in file.read(): raise core.XGBoostError("trace\\nunknown format")
        def predict(self, matrix, validate_features=True):
            return [sum(row) for row in matrix.rows]
"""
NUMPY = "def asarray(rows, dtype=None): return [[dtype(one) for one in row] for row in rows]\n"


class ClassicTests(EngineCase):
    ROWS = {"meta": {"uuid": "u"}, "data": {"req_data": [{"b": 1, "a": 2}, {"b": "3", "a": 4}]}}

    def test_xgboost_reads_its_own_files(self):
        files = {"model.m": "{}", "../xgboost.py": XGBOOST, "../numpy.py": NUMPY}
        server = self.server("XGBoost", None, files).ready()
        self.assertEqual(
            server.post_json(self.ROWS)[1], {"meta": {"uuid": "u"}, "data": {"resp_data": [{"predictresult": 3}, {"predictresult": 7}]}}
        )

    def test_xgboost_says_how_to_save_an_old_file_anew(self):
        cause = self.cause("XGBoost", None, {"model.m": "binf", "../xgboost.py": XGBOOST, "../numpy.py": NUMPY})
        self.assertIn("'model.m' is neither a file of joblib nor a model that XGBoost 3.2.0 reads: unknown format", cause)
        self.assertIn("xgboost-cpu EXACT 3.0.5", cause)

    def test_what_is_pickled_is_read_by_joblib(self):
        joblib = "class Model:\n    def predict(self, rows): return [len(row) for row in rows]\ndef load(path): return Model()\n"
        model = self.model("Scikit_Learn", None, {"../joblib.py": joblib, "model.m": ""})
        with open(os.path.join(model, "model.m"), "wb") as file:
            file.write(b"\x80\x04rest")
        server = Server(model)
        self.addCleanup(server.close)
        self.assertEqual(server.ready().post_json(self.ROWS)[1]["data"], {"resp_data": [{"predictresult": 2}, {"predictresult": 2}]})

    def test_the_guides_import_of_joblib_works(self):
        code = """
            from sklearn.externals import joblib
            import sklearn.externals.joblib as other
            from model_service.python_model_service import XgSkServingBaseService
            class S(XgSkServingBaseService):
                def _inference(self, data):
                    return [joblib.load(self.model_path), other is joblib, joblib.__spec__.name]
                def _postprocess(self, data):
                    return data
        """
        files = {"m.m": "", "../sklearn/__init__.py": "", "../sklearn/externals/__init__.py": "", "../joblib.py": "def load(path): return 'loaded'\n"}
        server = self.server("Scikit_Learn", code, files).ready()
        self.assertEqual(server.post_json(self.ROWS)[1]["data"]["resp_data"], ["loaded", True, "joblib"])
        self.assertIn("module 'sklearn.externals.joblib' does not exist any more", self.warnings(server))

    def test_spark_has_a_session_before_the_first_request(self):
        pyspark = """
            class Builder:
                def __init__(self): self.options = {}
                def appName(self, name): return self
                def master(self, name): self.options["master"] = name; return self
                def config(self, key, value): self.options[key] = value; return self
                def getOrCreate(self): print("session made"); return self.options
            class SparkSession: builder = Builder()
        """
        code = """
            import os
            from model_service.spark_model_service import SparkServingBaseService
            class S(SparkServingBaseService):
                def _inference(self, data):
                    return [self.spark["spark.driver.host"], os.environ["SPARK_LOCAL_IP"], os.path.basename(self.model_path), type(data).__name__]
        """
        files = {"spark_model/metadata": "", "../pyspark/__init__.py": "", "../pyspark/sql.py": pyspark}
        server = self.server("Spark_MLlib", code, files).ready()
        self.assertIn("session made", server.log())
        self.assertEqual(server.post_json(self.ROWS)[1]["data"]["resp_data"], ["127.0.0.1", "127.0.0.1", "spark_model", "JsonText"])

    def test_says_which_package_is_missing(self):
        self.assertIn("package 'xgboost' (as xgboost-cpu) is needed", self.cause("XGBoost", None, {"m.m": "{}"}))


class MindSporeTests(EngineCase):
    def test_runs_the_packages_own_logic(self):
        code = """
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    return self.model_path.endswith("/model")
        """
        server = self.server("MindSpore", code).ready()
        self.assertIs(server.post_json({})[1], True)
        self.assertEqual(self.warnings(server), "")


class OtherBaseTests(EngineCase):
    def test_a_base_of_another_engine_is_accepted_with_a_warning(self):
        code = """
            from model_service.tfserving_model_service import TfServingBaseService
            class S(TfServingBaseService):
                def _inference(self, data):
                    return 1
        """
        server = self.server("PyTorch", code).ready()
        self.assertEqual(server.post_json({})[1], 1)
        self.assertIn("extends the base class of another engine than 'PyTorch'", self.warnings(server))

    def test_mxnet_is_refused_by_name(self):
        cause = self.cause("Custom", "from mms.model_service.mxnet_model_service import MXNetBaseService\n")
        self.assertIn("belongs to engine MXNet, which is retired", cause)


class LegacyNamesTests(EngineCase):
    NUMPY = """
        float64, nan = float, float("nan")
        def __getattr__(name): raise AttributeError("numpy itself has no '%s'" % name)
    """

    def test_numpy_gives_its_old_names_to_the_package_alone(self):
        code = """
            import library
            import numpy as np
            from numpy import int as whole
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    return [np.float is float, np.bool(0), whole("3"), str(np.NaN), library.has("int"), hasattr(np, "nothing")]
        """
        library = "import numpy\ndef has(name): return hasattr(numpy, name)\n"
        server = self.server("Custom", code, {"../numpy.py": self.NUMPY, "../library.py": library}).ready()
        self.assertEqual(server.post_json({})[1], [True, False, 3, "nan", False, False])
        self.assertIn("numpy has no 'float' any more, 'float' is used", self.warnings(server))

    def test_pandas_and_pillow_have_their_old_names(self):
        pandas = """
            class Series:
                name = None
            class DataFrame:
                values = [1]
            def concat(parts, **options): return [type(one).__name__ for one in parts]
        """
        code = """
            import pandas as pd
            from PIL import Image
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    return [Image.ANTIALIAS, pd.DataFrame().append(pd.DataFrame()), pd.DataFrame().get_values(), pd.DataFrame().as_matrix()]
        """
        image = "class Resampling:\n    LANCZOS = 'lanczos'\n"
        files = {"../pandas.py": pandas, "../PIL/__init__.py": "", "../PIL/Image.py": image}
        server = self.server("Custom", code, files).ready()
        self.assertEqual(server.post_json({})[1], ["lanczos", ["DataFrame", "DataFrame"], [1], [1]])

    def test_python_has_its_old_names_for_the_package_alone(self):
        library = """
            import collections
            def has(): return hasattr(collections, "Iterable")
        """
        code = """
            import base64, collections, time
            from collections import Iterable, OrderedDict
            from fractions import gcd
            from model_service.model_service import SingleNodeService
            import library
            class S(SingleNodeService):
                def _inference(self, data):
                    began = time.clock()
                    return [
                        isinstance([], Iterable), isinstance({}, collections.Mapping), gcd(6, 4),
                        base64.encodestring(b"a").decode(), time.clock() >= began, library.has(), hasattr(collections, "Nothing"),
                    ]
        """
        server = self.server("Custom", code, {"../library.py": library}).ready()
        self.assertEqual(server.post_json({})[1], [True, True, 2, "YQ==\n", True, False, False])
        for name in ("collections.Iterable", "collections.Mapping", "base64.encodestring", "time.clock", "fractions.gcd"):
            self.assertIn("Python has no '%s' any more" % name, self.warnings(server))

    def test_modules_of_torch_that_are_gone_are_found(self):
        code = """
            import torch
            from torch._six import container_abcs, string_classes, int_classes, inf
            from torchvision.models.utils import load_state_dict_from_url
            from model_service.pytorch_model_service import PTServingBaseService
            class S(PTServingBaseService):
                def _inference(self, data):
                    return [isinstance([], container_abcs.Sequence), isinstance("a", string_classes), int_classes(1.5), inf > 1, load_state_dict_from_url("x")]
        """
        files = {
            "../torch/__init__.py": "",
            "../torch/hub.py": "def load_state_dict_from_url(url): return 'from ' + url\n",
            "../torchvision/__init__.py": "",
            "../torchvision/models/__init__.py": "",
        }
        server = self.server("PyTorch", code, files).ready()
        self.assertEqual(server.post_json({})[1], [True, True, 1, True, "from x"])
        self.assertIn("module 'torch._six' does not exist any more, 'collections.abc, str, int and math.inf' is used", self.warnings(server))
        self.assertIn("module 'torchvision.models.utils' does not exist any more, 'torch.hub' is used", self.warnings(server))

    def test_yaml_is_read_without_a_loader(self):
        yaml = """
            class FullLoader: pass
            class Other: pass
            def load(stream, Loader): return [stream, Loader.__name__]
            def load_all(stream, Loader): return [stream, Loader.__name__]
        """
        code = """
            import yaml
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    return [yaml.load("a"), yaml.load("b", Loader=yaml.Other), yaml.load_all("c")]
        """
        server = self.server("Custom", code, {"../yaml.py": yaml}).ready()
        self.assertEqual(server.post_json({})[1], [["a", "FullLoader"], ["b", "Other"], ["c", "FullLoader"]])
        self.assertIn("yaml.load needs a Loader today", self.warnings(server))

    def test_a_device_of_mindspore_that_is_not_here_is_the_cpu(self):
        context = """
            chosen = []
            def set_context(mode=0, **named):
                if named.get("device_target", "CPU") != "CPU":
                    raise RuntimeError("Unsupported device target %s." % named["device_target"])
                if named.get("device_id") == 7:
                    raise RuntimeError("no such device")
                chosen.append([mode, named])
        """
        code = """
            from mindspore import context
            from model_service.model_service import SingleNodeService
            context.set_context(mode=1, device_target="Ascend", device_id=3)
            class S(SingleNodeService):
                def _inference(self, data):
                    try:
                        context.set_context(device_id=7)
                    except RuntimeError as other:
                        return [context.chosen, str(other)]
        """
        files = {"../mindspore/__init__.py": "from mindspore.context import set_context\n", "../mindspore/context.py": context}
        server = self.server("MindSpore", code, files).ready()
        self.assertEqual(server.post_json({})[1], [[[1, {"device_target": "CPU"}]], "no such device"])
        self.assertIn("MindSpore has no device 'Ascend' here, 'CPU' is used", self.warnings(server))

    def test_texts_are_measured_as_pillow_did(self):
        font = """
            class FreeTypeFont:
                def getbbox(self, text, mode=""): return (1, 2, 3 + len(text), 9)
        """
        draw = """
            class ImageDraw:
                def textbbox(self, xy, text, font=None, anchor=None, spacing=4): return (0, 0, len(text), spacing)
        """
        code = """
            from PIL import ImageDraw, ImageFont
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    draw = ImageDraw.ImageDraw()
                    return [ImageFont.FreeTypeFont().getsize("ab"), draw.textsize("abc"), draw.textsize("abc", None, 7)]
        """
        files = {"../PIL/__init__.py": "", "../PIL/ImageFont.py": font, "../PIL/ImageDraw.py": draw}
        server = self.server("Custom", code, files).ready()
        self.assertEqual(server.post_json({})[1], [[5, 9], [3, 4], [3, 7]])
        self.assertIn("'getbbox' is used", self.warnings(server))
        self.assertIn("'textbbox' is used", self.warnings(server))


DEPLOY = """
# A comment.
name: "LeNet"
layer { name: "data" type: "Input" top: "data" input_param { shape: { dim: 1 dim: 1 dim: 2 dim: 2 } } }
layer { name: "ip1" type: "InnerProduct" bottom: "data" top: "ip1" inner_product_param { num_output: 2 weight_filler { type: 'xavier' } } }
layer { name: "relu1" type: "ReLU" bottom: "ip1" top: "ip1" }
layer { name: "last" type: "Softmax" bottom: "ip1" top: "prob" }
"""
CV2 = """
    __version__ = "4.11.0"
    class dnn:
        @staticmethod
        def readNetFromCaffe(network, weights): return Net()
    class Net:
        def setInput(self, value, name): self.given = (name, value)
        def forward(self, names): return [[names[0], self.given] for name in names]
"""
NUMPY_OF_CAFFE = """
    class Array(list):
        shape = property(lambda self: tuple(self))
        def __setitem__(self, place, value): self.append(value)
    def zeros(shape, dtype=None): return Array(shape)
    def ascontiguousarray(value, dtype=None): return value
"""


class CaffeTests(EngineCase):
    def test_reads_inputs_and_outputs_of_both_forms(self):
        shapes, producers, outputs = caffe._structure(caffe._parse(DEPLOY), "deploy.prototxt")
        self.assertEqual((dict(shapes), outputs), ({"data": [1, 1, 2, 2]}, ["prob"]))
        self.assertEqual(producers, {"ip1": "relu1", "prob": "last"})
        old = 'input: "data"\ninput_dim: 1 input_dim: 3\ninput_dim: 4 input_dim: 5\nlayers { name: "a" bottom: "data" top: "a" type: RELU }'
        shapes, producers, outputs = caffe._structure(caffe._parse(old), "old.prototxt")
        self.assertEqual((dict(shapes), outputs), ({"data": [1, 3, 4, 5]}, ["a"]))

    def test_refuses_a_network_for_training(self):
        with self.assertRaisesRegex(ValueError, "'t.prototxt' is a network for training"):
            caffe._structure(caffe._parse('layer { name: "mnist" type: "Data" top: "data" }'), "t.prototxt")
        with self.assertRaisesRegex(ValueError, "line 2"):
            caffe._parse("layer {\n %% }")

    def test_a_request_is_one_pass(self):
        code = """
            import caffe
            from model_service.caffe_model_service import CaffeBaseService
            class LeNet(CaffeBaseService):
                def __init__(self, model_name, model_path):
                    super(LeNet, self).__init__(model_name, model_path)
                    self.net.blobs["data"].reshape(1, 1, 28, 28)
                def _preprocess(self, data):
                    self.net.blobs["data"].data[...] = data["x"]
                def _postprocess(self, data):
                    return [sorted(data), data["prob"]]
        """
        files = {
            "lenet_deploy.prototxt": DEPLOY, "a_train.prototxt": "no", "m.caffemodel": "",
            "../cv2.py": CV2, "../numpy.py": NUMPY_OF_CAFFE,
        }
        server = self.server("Caffe", code, files).ready()
        self.assertEqual(server.post_json({"x": 7})[1], [["prob"], ["last", ["data", [1, 1, 28, 28, 7]]]])
        self.assertIn("took 'lenet_deploy.prototxt'", self.warnings(server))

    def test_says_what_is_missing(self):
        code = """
            from model_service.caffe_model_service import CaffeBaseService
            class LeNet(CaffeBaseService):
                pass
        """
        self.assertIn("no '*.prototxt' file in the model directory", self.cause("Caffe", code))


class ZooTests(EngineCase):
    """Packages that do harm: each has one clear end, and the server goes on where it can."""

    def test_a_huge_answer_is_answered(self):
        code = """
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    return "x" * data["bytes"]
        """
        server = self.server("Custom", code).ready()
        self.assertEqual(len(server.post_json({"bytes": 30_000_000})[1]), 30_000_000)
        self.assertEqual(server.post_json({"bytes": 1})[1], "x")

    def test_exit_thread_failures_and_writes_stay_inside(self):
        code = """
            import os, threading
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    if data["do"] == "exit":
                        exit(0)
                    if data["do"] == "thread":
                        threading.Thread(target=lambda: 1 / 0).start()
                    if data["do"] == "memory":
                        return bytearray(1 << 62)
                    if data["do"] == "recurse":
                        return self._inference(data)
                    with open(os.path.join(self.model_path, "own.txt"), "w") as file:
                        return file.write("x")
        """
        server = self.server("Custom", code).ready()
        self.assertEqual(server.post_json({"do": "exit"})[0], 500)
        self.assertEqual(server.post_json({"do": "thread"})[0], 200)
        self.assertEqual(server.post_json({"do": "memory"})[0], 500)
        self.assertEqual(server.post_json({"do": "recurse"})[0], 500)
        self.assertEqual(server.post_json({"do": "write"})[:2], (200, 1))
        self.assertEqual(server.health()[0], 200)

    def test_exit_and_loops_before_readiness(self):
        self.assertIn("importing customize_service.py failed: SystemExit: 0", self.cause("Custom", "exit(0)\n"))
        code = """
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def __init__(self, model_name, model_path):
                    while True:
                        pass
        """
        server = self.server("Custom", code, name="loop")
        server.event("listening")
        # It answers that it is starting until the time for its start is over, which the shim keeps.
        self.assertEqual(server.health()[:2], (503, {"status": "starting"}))

    def test_an_exception_without_a_text_has_a_cause(self):
        code = """
            class Mute(Exception):
                def __str__(self): raise ValueError("no text")
            raise Mute()
        """
        self.assertIn("importing customize_service.py failed: Mute", self.cause("Custom", code))


if __name__ == "__main__":
    unittest.main()
