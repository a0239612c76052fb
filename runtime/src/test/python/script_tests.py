"""A package cannot tell the runtime from a plain script."""

import signal
import unittest

from runtime_fixture import Folder, Server, wait_for

BASE = """
import argparse, asyncio, codecs, ctypes, io, logging, logging.config, os, signal, sys, threading, time
import model_service.log as log
from model_service.model_service import SingleNodeService

"""


class ScriptCase(Folder):
    served = 0

    def serve(self, constructor="pass", inference="return data", head=""):
        """A server of a package with these bodies of its two methods."""
        code = BASE + head + "\nclass S(SingleNodeService):\n"
        for name, arguments, lines in (("__init__", "model_name, model_path", constructor), ("inference", "data", inference)):
            code += "    def %s(self, %s):\n" % (name, arguments)
            code += "".join("        %s\n" % line for line in lines.splitlines())
        self.served += 1
        server = Server(self.package(code, name="package-%d" % self.served))
        self.addCleanup(server.close)
        return server

    def ask(self, server, value=None):
        status, answer, headers = server.post_json({} if value is None else value)
        self.assertEqual(status, 200, headers)
        return answer


class MainThreadTests(ScriptCase):
    FACTS = "threading.current_thread() is threading.main_thread()"

    def test_constructor_and_inference_run_in_the_main_thread(self):
        server = self.serve("self.first = " + self.FACTS, "return [self.first, %s]" % self.FACTS).ready()
        self.assertEqual(self.ask(server), [True, True])

    def test_signal_handlers_can_be_set_and_run_between_requests(self):
        server = self.serve(
            "self.seen = []\nsignal.signal(signal.SIGALRM, lambda *_: self.seen.append(1))\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)",
            "signal.signal(signal.SIGUSR1, signal.SIG_IGN)\nreturn len(self.seen)",
        ).ready()
        server.process.send_signal(signal.SIGALRM)
        wait_for(lambda: self.ask(server) == 1)

    def test_an_alarm_that_ends_a_slow_step_raises_there(self):
        head = "def late(*_):\n    raise TimeoutError('late')\n"
        inference = """
signal.signal(signal.SIGALRM, late)
signal.setitimer(signal.ITIMER_REAL, data.get("after", 0.05))
try:
    time.sleep(data.get("sleep", 20))
    return "slept"
except TimeoutError as failure:
    return str(failure)
"""
        server = self.serve(inference=inference, head=head).ready()
        self.assertEqual(self.ask(server), "late")
        # This alarm comes when the package is not running: it must not cost the next request its answer.
        self.assertEqual(self.ask(server, {"after": 0.3, "sleep": 0}), "slept")
        wait_for(lambda: "a signal handler of the package failed" in server.log())
        self.assertEqual(self.ask(server), "late")

    def test_handlers_that_raise_at_any_moment_cost_no_request_its_answer(self):
        head = """
def late(*_):
    late.times += 1
    if late.times % 5 == 0:
        raise TimeoutError('late')
late.times = -1
"""
        # Set once: where a request takes less than the interval, a timer that each request sets anew never goes off.
        inference = """
if late.times < 0:
    late.times = 0
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
return data
"""
        server = self.serve(inference=inference, head=head).ready()

        def raised_between_requests():
            for _ in range(1000):
                self.assertIn(server.post_json([1])[0], (200, 500))
            return "a signal handler of the package failed" in server.log()

        wait_for(raised_between_requests)
        self.assertEqual(server.health()[0], 200)

    def test_asyncio_has_a_loop_of_the_package_s_own(self):
        inference = """
loop = asyncio.get_event_loop_policy().get_event_loop() if sys.version_info < (3, 14) else asyncio.new_event_loop()
three = loop.run_until_complete(asyncio.sleep(0, 3))
loop.add_signal_handler(signal.SIGUSR1, lambda: None)
loop.remove_signal_handler(signal.SIGUSR1)
return [three, asyncio.new_event_loop().run_until_complete(asyncio.sleep(0, 4))]
"""
        server = self.serve(inference=inference).ready()
        for _ in range(2):
            self.assertEqual(self.ask(server), [3, 4])

    def test_there_are_no_arguments_and_nothing_to_read(self):
        server = self.serve(
            "self.options = argparse.ArgumentParser().parse_args()",
            "return [len(sys.argv), os.path.basename(sys.argv[0]), sys.stdin.read()]",
        ).ready()
        self.assertEqual(self.ask(server), [1, "customize_service.py", ""])


class DrainTests(ScriptCase):
    """The drain needs nothing that a package can take."""

    IGNORE = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    SLEEP = "ctypes.CDLL(None).sleep(30)"

    def test_a_signal_is_the_package_s_and_no_drain(self):
        server = self.serve("self.seen = []\nsignal.signal(signal.SIGTERM, lambda *_: self.seen.append(1))", "return len(self.seen)").ready()
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: self.ask(server) == 1)
        self.assertEqual(server.health()[0], 200)
        self.assertEqual([event["event"] for event in server.events], ["listening", "ready"])

    def test_a_constructor_that_ignores_sigterm_in_a_c_call_of_30_s_does_not_keep_the_process(self):
        server = self.serve(self.IGNORE + "print('in c', flush=True)\n" + self.SLEEP)
        wait_for(lambda: "in c" in server.log())
        server.process.send_signal(signal.SIGTERM)
        server.drain()
        self.assertEqual(server.exit_code(5), 0)

    def test_a_request_that_ignores_sigterm_in_a_c_call_of_30_s_is_waited_for_and_said(self):
        server = self.serve(self.IGNORE, "print('in c', flush=True)\n" + self.SLEEP).ready()
        connection = server.connect()
        self.addCleanup(connection.close)
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        wait_for(lambda: "in c" in server.log())
        probe = server.connect()
        self.addCleanup(probe.close)
        server.process.send_signal(signal.SIGTERM)
        server.drain()
        self.assertEqual(server.event("draining", 5)["why"], "end of file on the control pipe")
        probe.sendall(b"GET /health HTTP/1.1\r\nX-Slipway-Probe: 1\r\n\r\n")
        self.assertTrue(probe.recv(65536).endswith(b'{"status": "draining"}'))
        self.assertIsNone(server.process.poll())

    def test_a_request_in_a_c_call_gets_its_answer_in_the_drain(self):
        inference = "print('in c', flush=True)\nreturn ctypes.CDLL(None).poll(ctypes.c_void_p(), 0, 700)"
        server = self.serve(self.IGNORE, inference).ready()
        connection = server.connect()
        self.addCleanup(connection.close)
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        wait_for(lambda: "in c" in server.log())
        server.drain()
        answer = connection.recv(65536)
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"\r\n\r\n0"), answer)
        self.assertEqual(server.exit_code(5), 0)


class ClosedTests(ScriptCase):
    def test_a_package_that_closes_what_it_has_not_opened_ends_with_a_cause(self):
        server = self.serve(inference="os.closerange(3, 300)\nreturn data").ready()
        with self.assertRaises(OSError):
            server.post_json({})
        self.assertEqual(server.exit_code(), 71)
        self.assertTrue(server.log().endswith("the package has closed descriptors that it had not opened, the server can't go on\n"), server.log())


class StreamTests(ScriptCase):
    REPLACED = {
        "detached": "sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')",
        "detached into a codec": "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.detach())",
        "detached and lost": "sys.stdout.detach()\nsys.stderr.detach()",
        "closed": "sys.stdout.close()\nsys.stderr.close()",
        "none": "sys.stdout = sys.stderr = None",
        "another": "sys.stdout = sys.stderr = io.StringIO()",
        "descriptor closed": "os.close(1)\nos.close(2)",
    }

    def test_a_package_may_do_anything_with_its_streams(self):
        for what, line in self.REPLACED.items():
            with self.subTest(what):
                inference = "logging.getLogger('mine').warning('in a request')\nraise ValueError('seen')"
                server = self.serve(line + "\nlog.getLogger('mine').info('after it')", inference).ready()
                self.assertEqual(server.post_json({})[0], 500)
                for text in ("INFO mine: after it", "WARNING mine: in a request", "the package failed on a request", "ValueError: seen"):
                    self.assertIn(text, server.log())
                server.drain()
                self.assertEqual(server.exit_code(), 0)

    def test_prints_through_a_detached_stream_are_seen_at_once(self):
        for line in (self.REPLACED["detached into a codec"], "sys.stdout = sys.__stdout__"):
            server = self.serve(line, "print('printed')\nreturn data").ready()
            self.ask(server)
            wait_for(lambda: "printed\n" in server.log(), 2)

    def test_lines_of_info_are_visible(self):
        lines = "log.getLogger(__name__).info('from log')\nlogging.getLogger('mine').info('from logging')\nlogging.getLogger('mine').debug('not this')"
        server = self.serve(lines, "logging.info('by the module')\nreturn data").ready()
        self.ask(server)
        for text in ("INFO customize_service: from log", "INFO mine: from logging", "by the module"):
            self.assertIn(text, server.log())
        self.assertNotIn("not this", server.log())

    def test_a_package_sets_up_logging_in_its_own_way(self):
        line = "logging.basicConfig(level=logging.DEBUG, format='own %(message)s', stream=sys.stdout)\nlogging.getLogger('x').debug('line')"
        server = self.serve(line).ready()
        self.assertIn("own line\n", server.log())
        self.assertEqual(server.log().count("line"), 1)

    def test_the_runtime_s_own_lines_survive_a_package_that_switches_logging_off(self):
        line = "logging.config.dictConfig({'version': 1, 'disable_existing_loggers': True})\nlogging.disable(logging.CRITICAL)"
        server = self.serve(line, "raise ValueError('seen')").ready()
        server.post_json({})
        self.assertIn("ERROR slipway.runtime: the package failed on a request", server.log())


class WarningTests(Folder):
    def test_warnings_of_the_runtime_are_events_once_each(self):
        code = """
            from model_service.python_model_service import XgSkIServingBaseService
            from model_service.python_model_service import XgSkIServingBaseService as Again
            class S(XgSkIServingBaseService):
                def inference(self, data):
                    return data
        """
        server = Server(self.package(code, files={"a.m": "", "b.m": ""}))
        self.addCleanup(server.close)
        server.ready()
        told = [event["message"] for event in server.events if event["event"] == "warning"]
        self.assertEqual(
            told,
            [
                "'XgSkIServingBaseService' is a misprint of the guide, use 'XgSklServingBaseService'",
                "class 'S' extends the base class of another engine than 'Custom'",
                "several '*.m' files in the model directory, took 'a.m' of: a.m, b.m",
            ],
        )
        for message in told:
            self.assertIn("WARNING slipway.runtime: " + message, server.log())


if __name__ == "__main__":
    unittest.main()
