"""What a package may be, and what is said about one that can't be served."""

import unittest

from runtime_fixture import ECHO, Folder, Server


class PackageTests(Folder):
    def server(self, model, *options):
        server = Server(model, *options)
        self.addCleanup(server.close)
        return server

    def cause(self, *arguments, **named):
        server = self.server(self.package(*arguments, **named))
        self.assertEqual(server.exit_code(), 3)
        return server.event("failed")

    def test_serves_the_only_class_whatever_its_name(self):
        server = self.server(self.package()).ready()
        self.assertEqual(server.post_json({"a": 1})[:2], (200, {"echo": {"a": 1}}))

    def test_serves_the_leaf_of_several_classes(self):
        code = """
            from model_service.model_service import SingleNodeService
            class Base(SingleNodeService):
                pass
            class Leaf(Base):
                def _postprocess(self, data):
                    return "leaf"
        """
        self.assertEqual(self.server(self.package(code)).ready().post_json({})[1], "leaf")

    def test_imports_helpers_both_ways_and_needs_no_super(self):
        code = """
            import helper
            from model import helper as other
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def __init__(self, model_name, model_path, extra=1, **kwargs):
                    self.name = model_name
                def _inference(self, data):
                    return [helper.VALUE, other.VALUE, self.name, bool(self.model_path)]
        """
        model = self.package(code, files={"helper.py": "VALUE = 7\n"})
        self.assertEqual(self.server(model, "--model-name", "n").ready().post_json({})[1], [7, 7, "n", True])

    def test_modules_of_a_package_never_meet_ours(self):
        names = ("server", "http", "events", "answers", "inputs", "package", "engines", "app", "utils", "data")
        files = {name + ".py": "raise RuntimeError('imported')\n" for name in names if name != "http"}
        self.server(self.package(files=files)).ready()

    def test_joins_loader_threads_before_it_is_ready(self):
        code = """
            import threading, time
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def __init__(self, model_name, model_path):
                    self.gate = threading.Event()
                    self.loaded = False
                    threading.Thread(target=self.load).start()
                def load(self):
                    self.gate.wait(0.3)
                    self.loaded = True
                def _inference(self, data):
                    return self.loaded
        """
        self.assertIs(self.server(self.package(code)).ready().post_json({})[1], True)

    def test_an_exception_on_a_loader_thread_is_a_failed_load(self):
        code = """
            import threading
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def __init__(self, model_name, model_path):
                    threading.Thread(target=self.load, name="loader").start()
                def load(self):
                    raise OSError("no weights")
        """
        failed = self.cause(code)
        self.assertEqual(failed["error"], "OSError")
        self.assertIn("thread 'loader'", failed["cause"])
        self.assertIn("customize_service.py:8", failed["cause"])

    def test_names_type_message_and_line_of_a_constructor_that_raises(self):
        code = """
            import helper
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def __init__(self, model_name, model_path):
                    helper.load()
        """
        failed = self.cause(code, files={"helper.py": "def load():\n    float('high')\n"})
        self.assertEqual(failed["error"], "ValueError")
        self.assertEqual(failed["where"], "helper.py:2")
        self.assertEqual(
            failed["cause"], "the constructor of 'S' failed: ValueError: could not convert string to float: 'high' at helper.py:2"
        )

    def test_names_the_environment_variable_that_is_missing(self):
        reads = ("os.environ['TOKEN']", "os.environ.pop('TOKEN')", "os.environb[b'TOKEN'].decode()", "wrapped()")
        for read in reads:
            with self.subTest(read):
                code = """
                    import os
                    from model_service.model_service import SingleNodeService
                    def wrapped():
                        try:
                            return os.environ["TOKEN"]
                        except KeyError as e:
                            raise RuntimeError("no token")
                    class S(SingleNodeService):
                        def __init__(self, model_name, model_path):
                            self.token = %s
                """ % read
                cause = self.cause(code, name="package%d" % reads.index(read))["cause"]
                self.assertTrue(cause.endswith(": environment variable 'TOKEN' is not set"), cause)

    def test_a_missing_key_of_something_else_is_no_environment_variable(self):
        code = """
            import os
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def __init__(self, model_name, model_path):
                    {}["TOKEN"]
        """
        self.assertNotIn("environment", self.cause(code)["cause"])

    def test_logs_the_traceback_of_the_package_alone(self):
        code = """
            import helper
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def _inference(self, data):
                    helper.fail()
        """
        server = self.server(self.package(code, files={"helper.py": "def fail():\n    float('high')\n"})).ready()
        server.post_json({})
        self.assertRegex(server.log(), r'failed on a request\nTraceback .*\n  File ".*/customize_service.py", line 6, in _inference\n')
        self.assertNotIn("_slipway_runtime", server.log())

        server = self.server(self.package("import nothing_of_that_name\n", name="two"))
        server.process.wait(10)
        self.assertRegex(server.log(), r'loaded\nTraceback .*\n  File ".*/customize_service.py", line 1, in <module>\n')
        self.assertNotIn("_slipway_runtime", server.log())
        self.assertNotIn("importlib", server.log())

    def test_names_the_line_of_a_syntax_error(self):
        failed = self.cause("x = 1\ndef broken(:\n    pass\n")
        self.assertEqual((failed["error"], failed["where"]), ("SyntaxError", "customize_service.py:2"))

    def test_exit_in_the_constructor_is_a_failed_load(self):
        code = """
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def __init__(self, model_name, model_path):
                    exit(0)
        """
        self.assertEqual(self.cause(code)["error"], "SystemExit")

    def test_says_which_classes_it_found(self):
        two = ECHO + "\nclass Other(SingleNodeService):\n    pass\n"
        self.assertIn("found 'Echo', 'Other'", self.cause(two, name="two")["cause"])
        self.assertIn("found none", self.cause("x = 1\n", name="none")["cause"])

    def test_refuses_a_missing_customize_service(self):
        self.assertIn("engine 'Custom' has no default class", self.cause(None)["cause"])

    def test_refuses_other_engines_by_name(self):
        self.assertIn("model_type 'MXNet' is not offered", self.cause(config={"model_type": "MXNet"}, name="type")["cause"])

    def test_the_engine_can_be_given_from_outside(self):
        self.server(self.package(config={"model_type": "MXNet"}), "--model-type", "Custom").ready()

    def test_refuses_a_config_that_is_not_json(self):
        failed = self.cause(files={"config.json": "{\n  // comment\n}"})
        self.assertIn("line 2 column 3", failed["cause"])

    def test_prints_of_a_package_forge_no_event(self):
        code = ECHO + "\nprint('{\"event\":\"ready\"}')\n"
        server = self.server(self.package(code)).ready()
        self.assertEqual([event["event"] for event in server.events], ["listening", "ready"])
        self.assertIn('{"event":"ready"}', server.log())

    def test_says_starting_while_it_loads(self):
        code = """
            import os, time
            from model_service.model_service import SingleNodeService
            class S(SingleNodeService):
                def __init__(self, model_name, model_path):
                    while not os.path.exists(os.path.join(model_path, "go")):
                        time.sleep(0.01)
        """
        model = self.package(code)
        server = self.server(model)
        self.assertEqual(server.health()[:2], (503, {"status": "starting"}))
        status, _, headers = server.post_json({})
        self.assertEqual((status, headers["Retry-After"]), (503, "1"))
        open(model + "/go", "w").close()
        server.ready()
        self.assertEqual(server.health()[:2], (200, {"status": "OK"}))


class ClassicTests(Folder):
    CODE = """
        import json
        from model_service.python_model_service import XgSkIServingBaseService
        class S(XgSkIServingBaseService):
            def _inference(self, data):
                with open(self.model_path) as file:
                    base = int(file.read())
                return [sum(row) + base for row in data]
    """

    def classic(self, code=CODE):
        server = Server(self.package(code, {"model_type": "Scikit_Learn"}, {"m.m": "100"}))
        self.addCleanup(server.close)
        return server

    def test_takes_rows_in_the_order_given_and_wraps_the_answer_with_meta(self):
        server = self.classic().ready()
        request = {"meta": {"uuid": "u"}, "data": {"req_data": [{"b": 2, "a": 1}, {"a": 5, "b": 5}]}}
        status, answer, _ = server.post_json(request)
        self.assertEqual(status, 200)
        self.assertEqual(answer, {"meta": {"uuid": "u"}, "data": {"resp_data": [{"predictresult": 103}, {"predictresult": 110}]}})

    def test_gives_text_that_can_also_be_decoded(self):
        code = """
            import json
            from model_service.python_model_service import XgSklServingBaseService
            class S(XgSklServingBaseService):
                def inference(self, data):
                    return [isinstance(data, str), json.loads(data.decode("utf-8"))]
        """
        self.assertEqual(self.classic(code).ready().post_json({"x": "é"})[1], {"data": {"resp_data": [True, {"x": "é"}]}})

    def test_failures_have_the_form_of_classic_engines(self):
        server = self.classic().ready()
        status, answer, _ = server.post_json({"wrong": 1})
        self.assertEqual((status, answer["erno"], answer["msg"]), (400, "PY.0105", "Predict failed"))
        self.assertEqual(answer["error_info"], "KeyError: 'data'")
        status, answer, _ = server.request(body="no json")
        self.assertEqual((status, answer["erno"]), (400, "PY.0101"))

    def test_the_default_class_names_what_is_missing(self):
        server = self.classic(None)
        self.assertEqual(server.exit_code(), 3)
        self.assertRegex(server.event("failed")["cause"], "joblib|loading the model failed")


if __name__ == "__main__":
    unittest.main()
