"""What comes over the wire, and how the server lives and ends."""

import asyncio
import gzip
import json
import os
import signal
import socket
import threading
import time
import unittest
import zlib

from runtime_fixture import Folder, Server, UnixConnection, wait_for

from _slipway_runtime.http import MAX_BODY, Connection, Connections

PROBE = """
import math, os, sys, time
from model_service.model_service import SingleNodeService

class Scalar(object):
    dtype = "float32"
    def item(self):
        return 1.5

class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no words")

class S(SingleNodeService):
    def inference(self, data):
        what = data.get("do") if isinstance(data, dict) else None
        if what == "files":
            return None
        if what == "exit":
            exit(0)
        if what == "key":
            return data["missing"]
        if what == "value":
            raise ValueError("secret detail")
        if what == "speechless":
            raise Speechless()
        if what == "object":
            return object()
        if what == "nan":
            return {"n": float("nan"), "i": float("inf"), "t": (1, 2), "m": map(str, [1]), "b": b"x", "s": Scalar(), (1, 2): 3, 1: 2}
        if what == "count":
            with open(data["file"], "a") as file:
                file.write("x")
            return "counted"
        if what == "str":
            return u"\\u00e9"
        if what == "wait":
            open(data["began"], "w").close()
            while not os.path.exists(data["until"]):
                time.sleep(0.005)
            return "waited"
        if what is None and isinstance(data, dict):
            return {k: [[n, f.read().decode(), type(f).__name__] for n, f in v.items()] if hasattr(v, "items") else v for k, v in data.items()}
        return data
"""

BOUNDARY = "xyz"


def multipart(*parts):
    text = ""
    for name, file_name, content in parts:
        disposition = 'form-data; name="%s"' % name
        if file_name is not None:
            disposition += '; filename="%s"' % file_name
        text += "--%s\r\nContent-Disposition: %s\r\n\r\n%s\r\n" % (BOUNDARY, disposition, content)
    return (text + "--%s--\r\n" % BOUNDARY).encode()


class Served(Folder):
    CONFIG = None

    def setUp(self):
        super().setUp()
        self.server = Server(self.package(PROBE, self.CONFIG), "--queue", "2")
        self.addCleanup(self.server.close)
        self.server.ready()

    def raw(self, data):
        connection = self.server.connect()
        self.addCleanup(connection.close)
        connection.sendall(data)
        return connection

    def read_all(self, connection):
        received = b""
        while True:
            data = connection.recv(65536)
            if not data:
                return received
            received += data

    def waiting_request(self, number=0):
        """A request that waits inside the package; returns its thread's answers, and the call that lets it go on."""
        began, until = ("%s/%s-%d" % (self.folder, name, number) for name in ("began", "until"))
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(self.server.post_json({"do": "wait", "began": began, "until": until}))
        )
        thread.start()

        def go_on():
            open(until, "w").close()
            thread.join(10)
            return answers[0]

        self.addCleanup(lambda: open(until, "w").close())
        return (lambda: os.path.exists(began)), go_on


class MisdirectedTests(Folder):
    """A port of an instance that has ended may be another's now."""

    def setUp(self):
        super().setUp()
        self.server = Server(self.package(PROBE), "--instance", "service-a-0-1")
        self.addCleanup(self.server.close)
        self.server.ready()

    def test_what_is_for_another_instance_is_refused_unseen(self):
        for method, path in (("POST", "/"), ("GET", "/health"), ("POST", "/nowhere")):
            status, _, headers = self.server.request(method, path, b"{}", {"X-Slipway-Instance": "service-b-0-1", **Server.PROBE})
            self.assertEqual(status, 421)
            self.assertEqual(headers["X-Slipway-Instance"], "service-a-0-1")

    def test_what_is_for_this_one_or_for_nobody_by_name_is_answered(self):
        for headers in ({}, {"X-Slipway-Instance": "service-a-0-1"}):
            self.assertEqual(self.server.request("GET", "/health", headers={**headers, **Server.PROBE})[0], 200)


class SecretTests(Folder):
    """Where others can reach the socket only requests with the secret reach the package."""

    SECRET = "0123456789abcdef" * 2

    def setUp(self):
        super().setUp()
        self.server = Server(self.package(), secret=self.SECRET).ready()
        self.addCleanup(self.server.close)

    def test_a_request_without_it_or_with_another_is_refused_unseen(self):
        for headers in ({}, {"X-Slipway-Secret": "0" * 32}, {"X-Slipway-Secret": ""}, {"X-Slipway-Secret": "\xe9"}):
            status, answer, _ = self.server.request(body="{}", headers=headers)
            self.assertEqual(status, 403, headers)
            self.assertNotIn("echo", json.dumps(answer))
        self.assertEqual(self.server.request("GET", "/health", headers=Server.PROBE)[0], 403)

    def test_a_request_with_it_is_answered(self):
        headers = {"X-Slipway-Secret": self.SECRET, "Content-Type": "application/json"}
        self.assertEqual(self.server.request(body='{"a": 1}', headers=headers)[:2], (200, {"echo": {"a": 1}}))
        self.assertEqual(self.server.request("GET", "/health", headers=dict(headers, **Server.PROBE))[0], 200)


class DecodingTests(Served):
    def test_multipart_is_one_dict_of_files_and_texts(self):
        body = multipart(("a", "1.txt", "one"), ("a", "../../2.txt", "two"), ("t", None, "text"))
        status, answer, _ = self.server.request(body=body, headers={"Content-Type": 'multipart/form-data; boundary="%s"' % BOUNDARY})
        self.assertEqual(status, 200)
        self.assertEqual(answer, {"a": [["1.txt", "one", "BytesIO"], ["2.txt", "two", "BytesIO"]], "t": "text"})

    def test_file_names_are_reduced_to_their_base_and_kept_apart(self):
        body = multipart(("a", "C:\\x\\n.txt", "1"), ("a", "/etc/n.txt", "2"), ("a", "..", "3"), ("a", "", "4"))
        _, answer, _ = self.server.request(body=body, headers={"Content-Type": "multipart/form-data; boundary=" + BOUNDARY})
        self.assertEqual([name for name, _, _ in answer["a"]], ["n.txt", "n_2.txt", "file", "file_2"])

    def test_binary_parts_arrive_byte_for_byte(self):
        content = "\r\n--xy\r\n\r\n--\r\n"
        body = multipart(("a", "f", content))
        _, answer, _ = self.server.request(body=body, headers={"Content-Type": "multipart/form-data; boundary=" + BOUNDARY})
        self.assertEqual(answer["a"][0][1], content)

    def test_nothing_decodable_is_a_400_of_the_input(self):
        for body, content_type in (
            (b"{", "application/json"),
            (b"", "application/json"),
            (b"\xff\xfe{", "application/json"),
            (b"[" * 100000, "application/json"),
            (b"--xyz\r\nbroken", "multipart/form-data; boundary=xyz"),
            (b"x", "multipart/form-data"),
        ):
            status, answer, headers = self.server.request(body=body, headers={"Content-Type": content_type})
            self.assertEqual((status, answer["erno"], answer["words_result"]), (400, "MR.0101", {}), body[:20])
            self.assertTrue(headers["X-Error-Cause"])

    def test_json_is_decoded_under_any_content_type(self):
        self.assertEqual(self.server.request(body=b"[1]", headers={"Content-Type": "application/x-www-form-urlencoded"})[1], [1])


class AnswerTests(Served):
    def test_values_are_converted_leniently(self):
        _, answer, _ = self.server.post_json({"do": "nan"})
        self.assertEqual(answer, {"n": None, "i": None, "t": [1, 2], "m": ["1"], "b": "x", "s": 1.5, "(1, 2)": 3, "1": 2})

    def test_a_text_is_encoded_again(self):
        self.assertEqual(self.server.post_json({"do": "str"})[1], "é")

    def test_exit_in_a_request_is_answered_and_survived(self):
        status, answer, _ = self.server.post_json({"do": "exit"})
        self.assertEqual((status, answer), (500, {"erno": "MR.0105", "msg": "Recognition failed", "words_result": {}}))
        self.assertEqual(self.server.post_json([1])[1], [1])

    def test_an_exception_without_a_text_is_answered_and_survived(self):
        status, _, headers = self.server.post_json({"do": "speechless"})
        self.assertEqual((status, headers["X-Error-Cause"]), (500, "Speechless: (its text can't be made: RuntimeError)"))
        self.assertEqual(self.server.post_json([1])[1], [1])

    def test_a_result_that_is_not_json_is_no_fault_of_the_caller(self):
        status, _, headers = self.server.post_json({"do": "object"})
        self.assertEqual((status, headers["X-Error-Cause"]), (500, "NotJson: a result of type object is not JSON"))

    def test_failures_show_no_traceback_to_callers_but_in_the_log(self):
        status, answer, headers = self.server.post_json({"do": "value"})
        self.assertEqual((status, answer), (500, {"erno": "MR.0105", "msg": "Recognition failed", "words_result": {}}))
        self.assertEqual(headers["X-Error-Cause"], "ValueError: secret detail")
        self.assertIn("Traceback", self.server.log())
        self.assertEqual(self.server.post_json({"do": "key"})[0], 400)


class HttpTests(Served):
    def test_methods_and_paths(self):
        self.assertEqual(self.server.request("GET", "/")[0], 405)
        self.assertEqual(self.server.request("POST", "/nothing", "{}")[0], 404)
        self.assertEqual(self.server.request("POST", "/health", "{}", Server.PROBE)[0], 405)
        self.assertEqual(self.server.request("GET", "/health?x=1", headers=Server.PROBE)[:2], (200, {"status": "OK"}))

    def test_keeps_a_connection_and_answers_pipelined_requests_in_order(self):
        one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n[%d]"
        last = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\n[3]"
        received = self.read_all(self.raw(one % 1 + one % 2 + last))
        self.assertEqual([int(piece[:1]) for piece in received.split(b"\r\n\r\n[")[1:]], [1, 2, 3])

    def test_reads_chunked_bodies_and_says_continue(self):
        connection = self.raw(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        self.assertEqual(connection.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(b"1\r\n[\r\n2;x=y\r\n1]\r\n0\r\nTrailer: x\r\n\r\n")
        self.assertTrue(self.read_all(connection).endswith(b"\r\n\r\n[1]"))

    def test_refuses_what_is_not_http(self):
        for data, status in (
            (b"nonsense\r\n\r\n", b"400"),
            (b"POST / HTTP/3\r\n\r\n", b"505"),
            (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1), b"413"),
            (b"POST / HTTP/1.1\r\nX: " + b"a" * 70000 + b"\r\n\r\n", b"431"),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", b"413"),
        ):
            self.assertEqual(self.read_all(self.raw(data))[9:12], status, data[:60])

    def test_takes_a_body_of_exactly_the_limit(self):
        body = b'"' + b"a" * (MAX_BODY - 2) + b'"'
        status, answer, _ = self.server.request(body=body)
        self.assertEqual((status, len(answer)), (200, len(body) - 2))

    def test_health_answers_while_the_package_computes(self):
        began, go_on = self.waiting_request()
        wait_for(began)
        self.assertEqual(self.server.health()[0], 200)
        self.assertEqual(go_on()[:2], (200, "waited"))

    def test_a_full_queue_says_when_to_try_again(self):
        began, go_on = self.waiting_request()
        wait_for(began)
        waiting = [self.raw(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n%02d" % n) for n in (10, 11)]
        # The two are in the queue once /health, asked after them, answers.
        self.server.health()
        status, _, headers = self.server.post_json({})
        self.assertEqual((status, headers["Retry-After"]), (503, "1"))
        self.assertEqual(go_on()[0], 200)
        for number, connection in zip((10, 11), waiting):
            self.assertTrue(connection.recv(65536).endswith(b"%d" % number))


class GoneTests(Served):
    """Nobody waits for an answer that nobody reads."""

    def setUp(self):
        super().setUp()
        self.counted = os.path.join(self.folder, "counted")
        self.began, self.go_on = self.waiting_request()
        wait_for(self.began)

    def asked(self):
        """A request that waits behind the one that runs."""
        body = json.dumps({"do": "count", "file": self.counted}).encode()
        return self.raw(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def count(self):
        try:
            return os.path.getsize(self.counted)
        except FileNotFoundError:
            return 0

    def leave(self, how, number=2):
        callers = [self.asked() for _ in range(number)]
        self.server.health()
        for caller in callers:
            how(caller)
        # Asked after them: the server has read their ends when it answers.
        self.server.health()
        self.assertEqual(self.go_on()[0], 200)
        self.assertEqual(self.server.post_json([1])[0], 200)

    def test_requests_whose_callers_hung_up_are_not_computed(self):
        self.leave(lambda caller: caller.close())
        self.assertEqual(self.count(), 0)

    def test_a_caller_that_closed_one_half_has_gone(self):
        self.leave(lambda caller: caller.shutdown(socket.SHUT_WR))
        self.assertEqual(self.count(), 0)

    def test_callers_that_stay_are_answered(self):
        self.leave(lambda caller: None)
        self.assertEqual(self.count(), 2)

    def test_who_has_gone_takes_no_place_in_the_queue(self):
        for _ in range(6):
            self.asked().close()
        self.server.health()
        staying = self.asked()
        self.server.health()
        self.assertEqual(self.go_on()[0], 200)
        self.assertIn(b" 200 ", staying.recv(65536))
        self.assertEqual(self.count(), 1)

    def test_a_caller_that_goes_behind_many_pipelined_bytes_is_noticed(self):
        caller = self.asked()
        asked = time.monotonic()
        # More than the server reads before it has answered, so that it does not come to the end of them.
        caller.sendall(b"x" * 100_000)
        self.server.health()
        caller.close()
        # So soon after its request a caller is taken to be there.
        wait_for(lambda: time.monotonic() > asked + 0.02)
        self.assertEqual(self.go_on()[0], 200)
        self.assertEqual(self.server.post_json([1])[0], 200)
        self.assertEqual(self.count(), 0)


class RefusalTests(Served):
    """What the server refuses itself has the gateway's form, with the request's id and a cause."""

    CODES = {404: "ModelArts.4204", 405: "ModelArts.4204", 421: "ModelArts.4302", 503: "ModelArts.4302"}

    def assert_refused(self, found, status, request_id="r-1"):
        found_status, body, headers = found
        self.assertEqual(found_status, status, body)
        expected = {"error_code", "error_msg"} | ({"request_id"} if request_id else set())
        self.assertEqual(set(body), expected)
        self.assertEqual(body["error_code"], self.CODES.get(status, "ModelArts.4205" if status == 408 else "ModelArts.4200"))
        self.assertEqual(body.get("request_id"), request_id)
        self.assertEqual(headers["X-Error-Cause"], body["error_msg"])
        return body["error_msg"]

    def parsed(self, raw):
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        return int(lines[0].split()[1]), json.loads(body), dict(line.split(": ", 1) for line in lines[1:])

    def ask(self, method="POST", path="/", body=b"{}", **headers):
        return self.server.request(method, path, body, {"X-Request-Id": "r-1", **{k.replace("_", "-"): v for k, v in headers.items()}})

    def test_unknown_paths_and_methods(self):
        self.assertEqual(self.assert_refused(self.ask(path="/nowhere"), 404), "no API at '/nowhere'")
        self.assert_refused(self.ask("GET"), 405)

    def test_the_path_of_the_probe_is_no_api_for_callers(self):
        for method in ("GET", "POST"):
            self.assert_refused(self.ask(method, "/health"), 404)

    def test_a_request_for_another_instance(self):
        server = Server(self.package(PROBE, name="other"), "--instance", "a")
        self.addCleanup(server.close)
        server.ready()
        self.assert_refused(server.request(headers={"X-Request-Id": "r-1", "X-Slipway-Instance": "b"}), 421)

    def test_a_full_queue(self):
        began, go_on = self.waiting_request()
        wait_for(began)
        for number in (10, 11):
            self.raw(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n%d" % number)
        self.server.health()
        self.assert_refused(self.ask(), 503)
        go_on()

    def test_codings_and_charsets_that_are_not_known(self):
        found = self.ask(Content_Encoding="br")
        self.assertEqual(self.assert_refused(found, 415), "Content-Encoding 'br' is not supported, expected one of: gzip, deflate, identity")
        self.assertEqual(found[2]["Accept-Encoding"], "gzip, deflate")
        found = self.ask(body='{"a": "\u00e9"}'.encode("latin-1"), Content_Type="application/json; charset=ISO-8859-1")
        self.assertEqual(self.assert_refused(found, 415), "charset 'ISO-8859-1' of the Content-Type is not supported, expected UTF-8")

    def test_what_is_too_large_or_no_http(self):
        for data, status, request_id in (
            (b"POST / HTTP/1.1\r\nX-Request-Id: r-1\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1), 413, "r-1"),
            (b"POST / HTTP/1.1\r\nX-Request-Id: r-1\r\nTransfer-Encoding: br\r\n\r\n", 501, "r-1"),
            (b"POST / HTTP/1.1\r\nX: " + b"a" * 70000 + b"\r\n\r\n", 431, None),
            (b"nonsense\r\n\r\n", 400, None),
        ):
            self.assert_refused(self.parsed(self.read_all(self.raw(data))), status, request_id)

    def test_a_request_that_does_not_arrive(self):
        async def refused():
            loop = asyncio.get_running_loop()
            connections = Connections(None, None)
            ours, theirs = socket.socketpair()
            with theirs:
                await loop.connect_accepted_socket(lambda: Connection(connections), ours)
                theirs.sendall(b"POST / HTTP/1.1\r\nX-Request-Id: r-1\r\nContent-Length: 9\r\n\r\n1")
                theirs.setblocking(False)
                connection = next(iter(connections.open))
                while not connection.is_busy():
                    await asyncio.sleep(0)
                connection.close_if_silent_since(time.monotonic() + 1)
                raw = await loop.sock_recv(theirs, 65536)
                connection.abandon()
                return raw

        self.assert_refused(self.parsed(asyncio.run(refused())), 408)


class CompressedTests(Served):
    BODY = json.dumps({"do": "echo", "text": "x" * 5000}).encode()

    def ask(self, body, coding):
        return self.server.request(body=body, headers={"Content-Encoding": coding})

    def test_bodies_are_decompressed(self):
        raw_deflate = zlib.compressobj(wbits=-15)
        cases = (
            (gzip.compress(self.BODY), "gzip"),
            (gzip.compress(self.BODY), "X-GZIP"),
            (gzip.compress(self.BODY[:20]) + gzip.compress(self.BODY[20:]), "gzip"),
            (zlib.compress(self.BODY), "deflate"),
            (raw_deflate.compress(self.BODY) + raw_deflate.flush(), "deflate"),
            (zlib.compress(gzip.compress(self.BODY)), "gzip, deflate"),
            (self.BODY, "identity"),
        )
        for body, coding in cases:
            self.assertEqual(self.ask(body, coding)[:2], (200, json.loads(self.BODY)), coding)

    def test_the_limit_of_a_body_holds_for_what_comes_out(self):
        for body, coding in ((gzip.compress(b" " * (MAX_BODY + 1)), "gzip"), (zlib.compress(b" " * (MAX_BODY + 1)), "deflate")):
            status, answer, _ = self.ask(body, coding)
            self.assertEqual((status, answer["error_msg"]), (413, "the body is larger than %d bytes when it is not compressed" % MAX_BODY))
        whole = b'"' + b"x" * (MAX_BODY - 2) + b'"'
        self.assertEqual(self.ask(gzip.compress(whole, 1), "gzip")[0], 200)

    def test_a_small_body_that_grows_beyond_all_bounds_costs_little(self):
        bomb = zlib.compress(zlib.compress(b" " * 200_000_000, 9), 9)
        began = time.monotonic()
        self.assertEqual(self.ask(bomb, "deflate, deflate")[0], 413)
        self.assertEqual(self.ask(gzip.compress(b"") * 100_000, "gzip")[0], 400)
        self.assertLess(time.monotonic() - began, 5)

    def test_what_is_not_what_it_says_is_the_callers_fault(self):
        for body, cause in ((gzip.compress(self.BODY)[:-9], "the gzip body ends early"), (b"{}", "the body is not what Content-Encoding says")):
            status, answer, headers = self.ask(body, "gzip")
            self.assertEqual((status, answer["erno"]), (400, "MR.0101"))
            self.assertTrue(headers["X-Error-Cause"].startswith(cause), headers)


class CharsetTests(Served):
    def ask(self, text, charset, encoding):
        return self.server.request(body=text.encode(encoding), headers={"Content-Type": "application/json; charset=%s" % charset})

    def test_utf_8_by_any_name_and_ascii_under_any_name_are_read(self):
        for charset in ("utf-8", "UTF8", '"utf-8"', "us-ascii", ""):
            self.assertEqual(self.ask('["\u00e9"]', charset, "utf-8")[:2], (200, ["\u00e9"]))
        for charset in ("ISO-8859-1", "windows-1252", "gbk"):
            self.assertEqual(self.ask('["e"]', charset, "ascii")[:2], (200, ["e"]))

    def test_others_are_named(self):
        for text, charset, encoding in (("\u732b", "gbk", "gbk"), ("\u00e9", "windows-1252", "cp1252"), ("e", "UTF-16", "utf-16"), ("e", "klingon", "ascii"), ("e", "hex", "ascii")):
            status, answer, _ = self.ask('["%s"]' % text, charset, encoding)
            self.assertEqual((status, answer["error_msg"]), (415, "charset '%s' of the Content-Type is not supported, expected UTF-8" % charset))


class DrainTests(Served):
    def test_end_of_file_on_the_control_pipe_lets_requests_end(self):
        began, go_on = self.waiting_request()
        wait_for(began)
        kept = UnixConnection(self.server.path)
        self.addCleanup(kept.close)
        kept.request("GET", "/health", headers=Server.PROBE)
        kept.getresponse().read()
        self.server.drain()
        self.server.event("draining")
        kept.request("GET", "/health", headers=Server.PROBE)
        response = kept.getresponse()
        self.assertEqual((response.status, response.getheader("Connection"), json.loads(response.read())), (503, "close", {"status": "draining"}))
        status, answer, headers = go_on()
        self.assertEqual((status, answer, headers["Connection"]), (200, "waited", "close"))
        self.assertEqual(self.server.exit_code(), 0)

    def test_later_callers_are_refused_at_once_though_the_socket_is_kept_by_the_shim(self):
        began, go_on = self.waiting_request()
        wait_for(began)
        self.server.drain()
        self.server.event("draining")
        with self.assertRaises(ConnectionRefusedError):
            wait_for(lambda: self.server.connect().close(), 5)
        self.assertEqual(go_on()[0], 200)

    def test_a_connection_made_in_the_moment_of_the_drain_is_answered(self):
        # Stopped, so that the server finds both at once.
        self.server.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.server.process.pid, os.WSTOPPED)
        connection = self.raw(b"GET /health HTTP/1.1\r\nX-Slipway-Probe: 1\r\n\r\n")
        self.server.drain()
        self.server.process.send_signal(signal.SIGCONT)
        self.assertTrue(self.read_all(connection).startswith(b"HTTP/1.1 "))
        self.assertEqual(self.server.exit_code(), 0)

    def test_an_idle_server_ends_at_once(self):
        self.server.drain()
        self.assertEqual(self.server.exit_code(), 0)

    def test_a_slow_reader_gets_its_whole_answer(self):
        body = b'"' + b"a" * (8 * 1024 * 1024) + b'"'
        connection = self.raw(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        head = connection.recv(1000)
        self.server.drain()
        self.server.event("draining")
        threading.Event().wait(0.5)
        self.assertGreater(len(head) + len(self.read_all(connection)), len(body))
        self.assertEqual(self.server.exit_code(), 0)


if __name__ == "__main__":
    unittest.main()
