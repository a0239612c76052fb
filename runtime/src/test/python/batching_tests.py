"""`batching` of config.json: several requests in one call of the package, and each with an answer of its own."""

import json
import os
import textwrap
import threading
import time
import unittest

from engine_tests import CV2, DEPLOY, FAKE_TENSORFLOW, NUMPY, NUMPY_OF_CAFFE, XGBOOST, signatures
from pipeline_tests import Reader, post
from runtime_fixture import Folder, Server, wait_for

CODE = """
import os, signal, time
from model_service.model_service import SingleNodeService

def interrupt(number, frame):
    raise RuntimeError("interrupted")

class S(SingleNodeService):
    calls = []

    def _preprocess(self, data):
        if data == "bad input":
            raise KeyError("no input")
        return data

    def _inference_batch(self, requests):
        self.calls.append(len(requests))
        if isinstance(requests[0], dict) and "until" in requests[0]:
            open(requests[0]["began"], "w").close()
            while not os.path.exists(requests[0]["until"]):
                time.sleep(0.002)
        if "poison" in requests:
            raise ValueError("poisoned")
        if "exit" in requests:
            exit(3)
        if "fork" in requests and os.fork() == 0:
            return ["from the child"] * len(requests)
        if "short" in requests:
            return requests[1:]
        if "none" in requests:
            return None
        if "table" in requests:
            return type("Table", (), {"__len__": lambda self: len(requests), "iloc": None})()
        if "alarm" in requests:
            signal.signal(signal.SIGALRM, interrupt)
            signal.setitimer(signal.ITIMER_REAL, 0.001)
            time.sleep(0.05)
        return [self.calls[:] if one == "calls" else one for one in requests]

    def _postprocess(self, data):
        if data == "bad output":
            raise ValueError("no output")
        return {"got": data}
"""


class BatchingCase(Folder):
    ENGINE = "Custom"

    def serve(self, size, wait_ms, code=CODE, name="package"):
        config = {"model_type": self.ENGINE, "batching": {"size": size, "wait_ms": wait_ms}}
        server = Server(self.package(code, config, name=name))
        self.addCleanup(server.close)
        return server.ready()

    def pipeline(self, server, values):
        connection = server.connect()
        self.addCleanup(connection.close)
        connection.sendall(b"".join(post(value, n) for n, value in enumerate(values)))
        return Reader(connection)

    def held(self, server):
        """Keeps the package at work until the returned call, so that what is sent meanwhile waits together."""
        began, until = (os.path.join(self.folder, name) for name in ("began", "until"))
        reader = self.pipeline(server, [{"began": began, "until": until}])
        wait_for(lambda: os.path.exists(began))

        def go_on():
            with open(until, "w"):
                pass
            self.assertEqual(reader.next()[0], 200)

        return go_on

    def together(self, values, size=8):
        """The answers to these, which the package got in one call, and the sizes of the calls since."""
        server = self.serve(size, 0)
        go_on = self.held(server)
        reader = self.pipeline(server, values)
        # It has read them all when it answers this one.
        server.health()
        go_on()
        found = reader.some(len(values))
        calls = server.post_json("calls")[1]["got"]
        return [(status, json.loads(body), head) for status, head, body in found], calls[1:-1]


class TogetherTests(BatchingCase):
    def test_what_waits_is_computed_in_one_call_up_to_the_size(self):
        found, calls = self.together(list(range(20)))
        self.assertEqual([body for _, body, _ in found], [{"got": n} for n in range(20)])
        self.assertEqual(calls, [8, 8, 4])

    def test_requests_of_several_connections_share_a_call(self):
        server = self.serve(8, 0)
        go_on = self.held(server)
        readers = [self.pipeline(server, [n]) for n in range(6)]
        server.health()
        go_on()
        self.assertEqual([json.loads(reader.next()[2]) for reader in readers], [{"got": n} for n in range(6)])
        self.assertEqual(server.post_json("calls")[1]["got"], [1, 6, 1])

    def test_a_single_request_waits_for_others_no_longer_than_is_declared(self):
        server = self.serve(4, 300)
        began = time.monotonic()
        self.assertEqual(server.post_json(1)[1], {"got": 1})
        took = time.monotonic() - began
        self.assertGreater(took, 0.25)
        self.assertLess(took, 3)

    def test_a_full_batch_does_not_wait(self):
        server = self.serve(4, 1000)
        reader = self.pipeline(server, [1, 2, 3, 4])
        began = time.monotonic()
        reader.some(4)
        self.assertLess(time.monotonic() - began, 0.9)

    def test_others_that_come_within_the_wait_go_along(self):
        server = self.serve(3, 1000)
        answers = []
        threads = [threading.Thread(target=lambda n=n: answers.append(server.post_json(n)[1]["got"])) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        self.assertEqual(sorted(answers), [0, 1, 2])
        self.assertEqual(self.pipeline(server, ["calls"] * 3).next()[2], b'{"got": [3, 3]}')

    def test_more_callers_than_the_usual_queue_has_places_fill_a_batch(self):
        server = self.serve(128, 0)
        go_on = self.held(server)
        readers = [self.pipeline(server, [n]) for n in range(128)]
        server.health()
        go_on()
        self.assertEqual([json.loads(reader.next()[2]) for reader in readers], [{"got": n} for n in range(128)])
        self.assertEqual(server.post_json("calls")[1]["got"], [1, 128, 1])

    def test_none_is_the_default(self):
        code = CODE.replace("def _inference_batch", "def _unused")
        server = Server(self.package(code))
        self.addCleanup(server.close)
        self.assertEqual(server.ready().post_json([1])[1], {"got": [1]})


class FailureTests(BatchingCase):
    """One error costs its own caller only."""

    def assert_failed(self, values, place, status, cause, calls=None):
        found, found_calls = self.together(values)
        for n, (value, (one_status, body, head)) in enumerate(zip(values, found)):
            if n == place:
                self.assertEqual(one_status, status, body)
                self.assertIn("X-Error-Cause: " + cause, head)
            else:
                self.assertEqual((one_status, body), (200, {"got": value}))
        if calls is not None:
            self.assertEqual(found_calls, calls)

    def test_an_input_that_fails(self):
        self.assert_failed([1, "bad input", 3], 1, 400, "KeyError: 'no input'", [2])

    def test_a_body_that_is_no_json(self):
        server = self.serve(8, 0)
        go_on = self.held(server)
        reader = self.pipeline(server, [1, b"{", 3])
        server.health()
        go_on()
        self.assertEqual([status for status, _, _ in reader.some(3)], [200, 400, 200])

    def test_an_output_that_fails(self):
        self.assert_failed([1, "bad output", 3], 1, 500, "ValueError: no output", [3])

    def test_an_output_that_is_no_json(self):
        code = CODE.replace('return {"got": data}', 'return object() if data == 2 else {"got": data}')
        server = self.serve(8, 20, code)
        found = self.pipeline(server, [1, 2, 3]).some(3)
        self.assertEqual([status for status, _, _ in found], [200, 500, 200])

    def test_a_batch_that_fails_is_tried_one_by_one(self):
        self.assert_failed([1, 2, "poison", 4], 2, 500, "ValueError: poisoned", [4, 1, 1, 1, 1])

    def test_exit_in_a_batch(self):
        self.assert_failed([1, "exit", 3], 1, 500, "SystemExit: 3", [3, 1, 1, 1])

    def test_a_list_of_another_length_is_refused_by_name(self):
        cause = "WrongNumberOfResults: _inference_batch must return a list with one result for each request, expected 1, found "
        self.assert_failed([1, "short", 3], 1, 500, cause + "0", [3, 1, 1, 1])
        for value, found in (("none", "a NoneType"), ("table", "a Table")):
            server = self.serve(8, 0, name=value)
            status, _, headers = server.post_json(value)
            self.assertEqual((status, headers["X-Error-Cause"]), (500, cause + found))

    def test_a_failure_of_the_batch_is_in_the_log(self):
        server = self.serve(8, 50)
        self.pipeline(server, [1, "poison"]).some(2)
        self.assertIn("the package failed on 2 requests together, each is tried alone", server.log())
        self.assertIn("ValueError: poisoned", server.log())

    def test_a_signal_handler_that_raises_costs_no_other_its_answer(self):
        server = self.serve(8, 50)
        found = self.pipeline(server, [1, "alarm", 3]).some(3)
        self.assertEqual([found[0][0], found[2][0]], [200, 200])
        self.assertEqual(server.post_json(5)[1], {"got": 5})

    def test_a_forked_copy_that_comes_back_ends(self):
        server = self.serve(8, 50)
        self.assertEqual([json.loads(body)["got"] for _, _, body in self.pipeline(server, [1, "fork", 3]).some(3)], [1, "fork", 3])

    def test_a_caller_that_has_gone_is_not_computed(self):
        server = self.serve(8, 0)
        go_on = self.held(server)
        gone = server.connect()
        gone.sendall(post("poison") + post("poison"))
        staying = self.pipeline(server, [7])
        server.health()
        gone.close()
        server.health()
        go_on()
        self.assertEqual(json.loads(staying.next()[2]), {"got": 7})
        self.assertEqual(server.post_json("calls")[1]["got"], [1, 1, 1])


class DrainTests(BatchingCase):
    def test_the_batch_at_hand_is_answered_and_the_rest_of_its_connections_ends(self):
        server = self.serve(4, 1000)
        began, until = (os.path.join(self.folder, name) for name in ("began", "until"))
        first = self.pipeline(server, [{"began": began, "until": until}, 1, 2, 3, *range(10, 50)])
        wait_for(lambda: os.path.exists(began))
        server.drain()
        server.event("draining")
        with open(until, "w"):
            pass
        found = list(iter(first.next, None))
        self.assertEqual([json.loads(body)["got"] for _, _, body in found[1:]], [1, 2, 3])
        self.assertEqual(["Connection: close" in head for _, head, _ in found], [False, False, False, True])
        self.assertEqual(server.exit_code(), 0)

    def test_what_waits_for_others_is_answered(self):
        server = self.serve(4, 1000)
        reader = self.pipeline(server, [1])
        server.health()
        server.drain()
        self.assertEqual(json.loads(reader.next()[2]), {"got": 1})
        self.assertEqual(server.exit_code(), 0)


class RefusedTests(Folder):
    def cause(self, config, code, name):
        server = Server(self.package(code, {"model_type": "Custom", **config}, name=name))
        self.addCleanup(server.close)
        event = server.event("failed")
        self.assertEqual(server.exit_code(), 3)
        return event["cause"]

    def test_a_package_without_the_method_by_the_reason(self):
        cause = self.cause({"batching": {"size": 4, "wait_ms": 1}}, CODE.replace("_inference_batch", "_inference"), "without")
        self.assertIn("config.json declares 'batching' and class 'S' has no _inference_batch", cause)

    def test_a_package_whose_inference_would_be_passed_over(self):
        cause = self.cause({"batching": {"size": 4}}, CODE + "\n    def inference(self, data):\n        return 1\n", "over")
        self.assertIn("class 'S' overrides 'inference', by which a batch does not go", cause)

    def test_values_that_mean_nothing(self):
        for number, value in enumerate(([], 4, {"size": 0}, {"size": "4"}, {"size": 2000}, {"wait_ms": 3}, {"size": 4, "wait_ms": -1}, {"size": True}, {"size": 1.5})):
            cause = self.cause({"batching": value}, CODE, "values%d" % number)
            self.assertIn("'batching' of config.json must be", cause)
            self.assertIn("found " + json.dumps(value), cause)


class EngineTests(BatchingCase):
    """The base class of each engine, with the stand-ins of its tests: the model of the engine is asked once for several requests."""

    def answers(self, engine, code, files, requests):
        config = {"model_type": engine, "batching": {"size": 4, "wait_ms": 1000}}
        code = None if code is None else textwrap.dedent(code)
        server = Server(self.package(code, config, {path: textwrap.dedent(text) for path, text in files.items()}))
        self.addCleanup(server.close)
        server.ready()
        found = self.pipeline(server, requests).some(len(requests))
        self.assertEqual([status for status, _, _ in found], [200] * len(requests), found)
        return [json.loads(body) for _, _, body in found]

    ROWS = [{"data": {"req_data": [{"a": n, "b": 10}] * n}} for n in range(1, 5)]

    def classic(self, engine, code, files):
        found = self.answers(engine, code, files, self.ROWS)
        return [answer["data"]["resp_data"] for answer in found]

    JOINED = """
        def _inference_batch(self, requests):
            self.rows = [row for rows in requests for row in rows]
            values = list(self._inference(self.rows))
            return [[values.pop(0) for _ in rows] for rows in requests]
        """

    def test_xgboost_and_scikit_learn(self):
        code = "from model_service.python_model_service import XgSklServingBaseService\nclass S(XgSklServingBaseService):\n"
        body = textwrap.indent(textwrap.dedent(self.JOINED), "    ")
        found = self.classic("XGBoost", code + body, {"model.m": "{}", "../xgboost.py": XGBOOST, "../numpy.py": NUMPY})
        self.assertEqual(found, [[{"predictresult": n + 10}] * n for n in range(1, 5)])

    def test_spark(self):
        code = """
            import json
            from model_service.spark_model_service import SparkServingBaseService
            class S(SparkServingBaseService):
                spark = None
                def _preprocess(self, data):
                    return json.loads(data)["data"]["req_data"]
                def _inference_batch(self, requests):
                    return [[len(requests), len(rows)] for rows in requests]
        """
        builder = "class Builder:\n    def __getattr__(self, name): return lambda *arguments: self\nclass SparkSession: builder = Builder()\n"
        files = {"spark_model/metadata": "", "../pyspark/__init__.py": "", "../pyspark/sql.py": builder}
        self.assertEqual(self.classic("Spark_MLlib", code, files), [[4, n] for n in range(1, 5)])

    IMAGES = [{"images": n} for n in range(4)]

    def test_tensorflow(self):
        code = """
            from model_service.tfserving_model_service import TfServingBaseService
            class S(TfServingBaseService):
                def _inference_batch(self, requests):
                    scores = self._inference({"images": [one["images"] for one in requests]})["scores"]
                    return [[scores, n] for n in range(len(requests))]
        """
        found = self.answers("TensorFlow", code, {**FAKE_TENSORFLOW, "saved_model.pb": signatures(one="y:0")}, self.IMAGES)
        self.assertEqual(found, [[["y:0", [["x:0", "[0, 1, 2, 3]"]]], n] for n in range(4)])

    def test_tensorflow_without_a_saved_model(self):
        code = """
            from model_service.tfserving_model_service import TfServingBaseService
            class S(TfServingBaseService):
                def _inference_batch(self, requests):
                    return [len(requests)] * len(requests)
        """
        self.assertEqual(self.answers("TensorFlow", code, FAKE_TENSORFLOW, self.IMAGES), [4] * 4)

    def test_pytorch(self):
        code = """
            from model_service.pytorch_model_service import PTServingBaseService
            class S(PTServingBaseService):
                def __init__(self, model_name, model_path):
                    super().__init__(model_name, model_path)
                    self.model = lambda values: [value * 10 + len(values) for value in values]
                def _inference_batch(self, requests):
                    return self._inference({"x": [one["images"] for one in requests]})["x"]
        """
        self.assertEqual(self.answers("PyTorch", code, {"weights.pth": ""}, self.IMAGES), [4, 14, 24, 34])

    def test_caffe(self):
        code = """
            from model_service.caffe_model_service import CaffeBaseService
            class S(CaffeBaseService):
                def _inference_batch(self, requests):
                    return [self._inference({"data": [one["images"]]})["prob"] + [len(requests)] for one in requests]
        """
        files = {"deploy.prototxt": DEPLOY, "weights.caffemodel": "", "../cv2.py": CV2, "../numpy.py": NUMPY_OF_CAFFE}
        found = self.answers("Caffe", code, files, self.IMAGES)
        self.assertEqual([answer[-1] for answer in found], [4] * 4)

    def test_custom_and_mindspore(self):
        for engine in ("Custom", "MindSpore"):
            with self.subTest(engine):
                self.folder = os.path.join(self.folder, engine)
                self.assertEqual(self.answers(engine, CODE, {}, self.IMAGES), [{"got": one} for one in self.IMAGES])


if __name__ == "__main__":
    unittest.main()
