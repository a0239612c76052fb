"""Requests that arrive in bulk on one connection: the same answers as one by one, in order, for everybody in turn."""

import json
import os
import random
import re
import select
import threading
import time
import unittest

from runtime_fixture import ANSWER_SECONDS, Folder, Server, wait_for

from _slipway_runtime.http import MAX_BODY

CODE = """
import os, signal, time
from model_service.model_service import SingleNodeService

def interrupt(number, frame):
    raise RuntimeError("interrupted")

class S(SingleNodeService):
    def inference(self, data):
        do = data.get("do") if isinstance(data, dict) else None
        if do == "wait":
            open(data["began"], "w").close()
            while not os.path.exists(data["until"]):
                time.sleep(0.002)
        if do == "note":
            with open(data["file"], "a") as file:
                file.write("%s\\n" % data["n"])
        if do == "spin":
            end = time.perf_counter() + data["seconds"]
            while time.perf_counter() < end:
                pass
        if do == "fail":
            raise ValueError("no %s" % data["n"])
        if do == "large":
            return "x" * data["bytes"]
        if do == "fork":
            child = os.fork()
            if child == 0:
                return "from the child"
            os.waitpid(child, 0)
        if do == "alarm":
            signal.signal(signal.SIGALRM, interrupt)
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        if do == "calm":
            signal.setitimer(signal.ITIMER_REAL, 0)
        return data
"""


def head(length, request_id="r", extra=b"", path=b"/", method=b"POST"):
    return (
        b"%b %b HTTP/1.1\r\nHost: slipway\r\nX-Slipway-Instance: i-1\r\nContent-Type: application/json\r\n%bX-Request-Id: %b\r\nContent-Length: %d\r\n\r\n"
        % (method, path, extra, str(request_id).encode(), length)
    )


def post(value, request_id="r", **more):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return head(len(body), request_id, **more) + body


class Reader:
    """The answers that a connection gets: status, head without its length, and body of each."""

    def __init__(self, connection):
        self.connection = connection
        self._received = b""

    def next(self):
        """None at the end of the connection."""
        while b"\r\n\r\n" not in self._received:
            if not self._read():
                return None
        raw, _, rest = self._received.partition(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", raw).group(1))
        while len(rest) < length:
            if not self._read():
                return None
            rest = self._received[len(raw) + 4 :]
        self._received = rest[length:]
        return int(raw[9:12]), raw.decode("ascii"), rest[:length]

    def _read(self):
        try:
            data = self.connection.recv(1 << 20)
        except ConnectionResetError:
            return False
        self._received += data
        return bool(data)

    def all(self):
        return list(iter(self.next, None))

    def some(self, count):
        return [self.next() for _ in range(count)]

    def bodies(self, count):
        return [json.loads(answer[2]) for answer in self.some(count)]


class PipelineCase(Folder):
    OPTIONS = ("--instance", "i-1")

    def setUp(self):
        super().setUp()
        self.server = Server(self.package(CODE), *self.OPTIONS)
        self.addCleanup(self.server.close)
        self.server.ready()

    def connect(self):
        connection = self.server.connect()
        self.addCleanup(connection.close)
        return connection, Reader(connection)

    def send(self, *requests):
        connection, reader = self.connect()
        # Beside the reading: a pipeline may be larger than what the server takes of it at once.
        threading.Thread(target=self._send, args=(connection, b"".join(requests)), daemon=True).start()
        return connection, reader

    @staticmethod
    def _send(connection, data):
        try:
            connection.sendall(data)
        except OSError:
            # The server has ended it, as some tests want.
            pass

    def held(self, number=0):
        """A request that the package keeps, whether it has begun, and the call that lets it go."""
        began, until = (os.path.join(self.folder, "%s-%d" % (name, number)) for name in ("began", "until"))

        def go_on():
            with open(until, "w"):
                pass

        self.addCleanup(go_on)
        return {"do": "wait", "began": began, "until": until}, (lambda: os.path.exists(began)), go_on

    def noted(self):
        try:
            with open(os.path.join(self.folder, "noted")) as file:
                return [int(line) for line in file]
        except FileNotFoundError:
            return []

    def note(self, number):
        return {"do": "note", "n": number, "file": os.path.join(self.folder, "noted")}


class DifferentialTests(PipelineCase):
    """However it is cut, a pipeline has the answers that its requests have one by one."""

    def one_by_one(self, requests):
        found = []
        for request in requests:
            connection, reader = self.connect()
            connection.sendall(request)
            found.append(reader.next())
            connection.close()
        return found

    def mixed(self, chance, count):
        """Requests that keep the connection open: usual ones, and those of another head, result or form between them."""
        def usual(n):
            return post({"n": n, "row": [chance.random()] * chance.randrange(40)}, "id-%d" % n)

        others = (
            lambda n: post({"do": "fail", "n": n}, n),
            lambda n: post({"a": "\u732b" * chance.randrange(2000)}, n),
            lambda n: post(b"{", n),
            lambda n: post(b"", n),
            lambda n: post(b" [1]\n", n),
            lambda n: post(b"\xef\xbb\xbf[1]", n),
            lambda n: post(b'"\xff"', n),
            lambda n: post([n], n, path=b"/nowhere"),
            lambda n: post([n], n, path=b"/?q=%d" % n),
            lambda n: post([n], n, method=b"PUT"),
            lambda n: post([n], "", extra=b"X-Other: 1\r\n"),
            lambda n: post([n], n, extra=b"Content-Encoding: br\r\n"),
            lambda n: post([n], n).replace(b"i-1", b"i-2"),
            lambda n: post([n], n).replace(b"Content-Length: ", b"content-length:  "),
            lambda n: post([n], n).replace(b"Content-Length: ", b"Content-Length: 000"),
            lambda n: post([n], n).replace(b"X-Request-Id: ", b"X-Request-Id: a\r\nX-Request-Id: "),
            lambda n: post([n], n).replace(b"Content-Length", b"X-Length: 9\r\nContent-Length"),
            lambda n: b"POST / HTTP/1.1\r\nX-Slipway-Instance: i-1\r\nX-Request-Id: %d\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[%d]\r\n0\r\n\r\n" % (n, n),
            lambda n: b"POST / HTTP/1.1\r\nContent-Length: 3\r\nX-Request-Id: %d\r\n\r\n[%d]" % (n, n),
            lambda n: b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n[%d]" % n,
            lambda n: b"\r\n" + usual(n),
            lambda n: b"GET /health HTTP/1.1\r\nX-Slipway-Probe: 1\r\n\r\n",
            lambda n: b"GET / HTTP/1.1\r\nX-Request-Id: %d\r\n\r\n" % n,
        )
        return [chance.choice(others)(n % 10) if chance.random() < 0.3 else usual(n) for n in range(count)]

    def cut_into(self, chance, data):
        pieces = []
        while data:
            size = chance.choice((1, 7, 100, 1000, 20_000, 1 << 20))
            size = chance.randrange(1, size + 1)
            pieces.append(data[:size])
            data = data[size:]
        return pieces

    def test_cut_anywhere_it_has_the_answers_of_single_requests(self):
        for seed in range(25):
            chance = random.Random(seed)
            requests = self.mixed(chance, 40)
            expected = self.one_by_one(requests)
            connection, reader = self.connect()
            for piece in self.cut_into(chance, b"".join(requests)):
                connection.sendall(piece)
                if chance.random() < 0.3:
                    # Reads what is there, so that the server is at different places when the rest comes.
                    select.select([connection], [], [], 0.001)
            found = reader.some(len(requests))
            for request, one, other in zip(requests, expected, found):
                self.assertEqual(one, other, "seed %d, %r" % (seed, request))

    def test_answers_have_exactly_the_usual_head(self):
        _, reader = self.send(*(post([n], n) for n in range(50)))
        for n, (_, raw, body) in enumerate(reader.some(50)):
            self.assertEqual(body, b"[%d]" % n)
            self.assertEqual(
                raw, "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\nConnection: keep-alive" % len(body)
            )

    def test_many_and_large_requests_are_answered_in_order(self):
        chance = random.Random(1)
        values = [[n, "x" * chance.choice((0, 10, 1000, 100_000, 700_000))] for n in range(400)]
        _, reader = self.send(*(post(value, n) for n, value in enumerate(values)))
        for value in values:
            self.assertEqual(json.loads(reader.next()[2]), value)

    def test_a_refusal_names_the_request_of_its_place(self):
        requests = [post([1], "a"), post([2], "b", extra=b"Content-Encoding: br\r\n"), post([3], "c"), post({}, " d ", path=b"/x"), post([4], "e")]
        _, reader = self.send(*requests)
        found = [json.loads(body) for _, _, body in reader.some(5)]
        self.assertEqual([found[0], found[2], found[4]], [[1], [3], [4]])
        self.assertEqual([found[1]["request_id"], found[3]["request_id"]], ["b", "d"])


class EndTests(PipelineCase):
    def test_a_body_too_large_in_the_middle_ends_it_after_the_answers_before(self):
        _, reader = self.send(*(post([n], n) for n in range(30)), head(MAX_BODY + 1, "large"), *(post([n], n) for n in range(30)))
        found = reader.all()
        self.assertEqual([status for status, _, _ in found], [200] * 30 + [413])
        self.assertEqual(json.loads(found[-1][2])["request_id"], "large")
        self.assertIn("Connection: close", found[-1][1])

    def test_a_length_that_is_none_ends_it_after_the_answers_before(self):
        for length in (b"-1", b"+1", b"1 2", b"", b"1e1", b"123456789"):
            _, reader = self.send(post([1]), post([2]), post([3]).replace(b"Content-Length: 3", b"Content-Length: " + length), post([4]))
            found = reader.all()
            self.assertEqual([status for status, _, _ in found], [200, 200, 413 if length == b"123456789" else 400], length)

    def test_close_is_obeyed(self):
        _, reader = self.send(post([1]), post([2]), post([3], extra=b"Connection: close\r\n"), post([4]))
        found = reader.all()
        self.assertEqual([body for _, _, body in found], [b"[1]", b"[2]", b"[3]"])

    def test_what_was_answered_before_a_cut_has_arrived_and_the_rest_is_not_computed(self):
        wait, began, go_on = self.held()
        connection, reader = self.send(*(post(self.note(n), n) for n in range(5)), post(wait), *(post(self.note(n), n) for n in range(5, 90)))
        self.assertEqual([answer["n"] for answer in reader.bodies(5)], [0, 1, 2, 3, 4])
        wait_for(began)
        connection.close()
        self.server.health()
        go_on()
        self.assertEqual(self.server.post_json([1])[1], [1])
        self.assertEqual(self.noted(), [0, 1, 2, 3, 4])

    def test_a_cut_in_the_middle_of_a_body_leaves_the_others_whole(self):
        connection, reader = self.send(*(post([n], n) for n in range(20)), post([99], 99)[:-2])
        self.assertEqual(reader.bodies(20), [[n] for n in range(20)])
        connection.close()
        self.assertEqual(self.server.post_json([1])[1], [1])

    def test_a_drain_answers_what_has_begun_as_the_last(self):
        wait, began, go_on = self.held()
        _, reader = self.send(post([1]), post(wait), *(post(self.note(n), n) for n in range(400)))
        self.assertEqual(reader.bodies(1), [[1]])
        wait_for(began)
        self.server.drain()
        self.server.event("draining")
        go_on()
        found = reader.all()
        self.assertEqual([json.loads(body) for _, _, body in found], [wait])
        self.assertIn("Connection: close", found[0][1])
        self.assertEqual(self.server.exit_code(), 0)
        self.assertEqual(self.noted(), [])

    def test_a_drain_at_any_moment_loses_nothing_that_was_computed(self):
        _, reader = self.send(*(post(self.note(n), n) for n in range(3000)))
        reader.some(57)
        before = len(self.noted())
        self.server.drain()
        found = reader.all()
        self.assertEqual(self.server.exit_code(), 0)
        numbers = self.noted()
        self.assertEqual(numbers, list(range(len(numbers))))
        self.assertGreaterEqual(len(numbers), before)
        # The last of both is the same.
        self.assertEqual(json.loads(found[-1][2])["n"], numbers[-1])
        self.assertIn("Connection: close", found[-1][1])
        self.assertNotIn("Connection: close", "".join(raw for _, raw, _ in found[:-1]))


class TurnTests(PipelineCase):
    OPTIONS = ("--instance", "i-1", "--queue", "1")

    def test_a_single_request_waits_for_one_of_a_pipeline_and_not_for_all(self):
        spin = {"do": "spin", "seconds": 0.02}
        _, reader = self.send(*(post(spin, n) for n in range(200)))
        reader.next()
        began = time.monotonic()
        self.assertEqual(self.server.post_json([1])[1], [1])
        self.assertLess(time.monotonic() - began, 1)

    def test_two_pipelines_advance_alike(self):
        readers = [self.send(*(post({"do": "spin", "seconds": 0.003, "of": one}, n) for n in range(150)))[1] for one in range(2)]
        ends = []

        def read(reader):
            reader.some(150)
            ends.append(time.monotonic())

        began = time.monotonic()
        threads = [threading.Thread(target=read, args=(reader,)) for reader in readers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertLess(ends[1] - ends[0], (ends[1] - began) / 4)

    def test_a_pipeline_that_finds_the_queue_full_waits(self):
        wait, began, go_on = self.held()
        first = self.send(post(wait), *(post([n], n) for n in range(20)))[1]
        wait_for(began)
        # It has the second place, as one connection of many requests.
        second = self.send(*(post([n], n) for n in range(300)))[1]
        # These have none, and wait.
        others = [self.send(*(post([k, n], n) for n in range(100)))[1] for k in range(4)]
        self.server.health()
        # One that comes alone is refused, as ever.
        self.assertEqual(self.server.post_json([1])[0], 503)
        go_on()
        self.assertEqual(first.bodies(21)[1:], [[n] for n in range(20)])
        self.assertEqual(second.bodies(300), [[n] for n in range(300)])
        for k, other in enumerate(others):
            self.assertEqual(other.bodies(100), [[k, n] for n in range(100)])
        self.assertEqual(self.server.post_json([1])[1], [1])

    def test_pipelines_without_an_end_leave_places_for_others(self):
        ending = threading.Event()

        def feed(connection, reader):
            connection.sendall(post([0]) * 64)
            while not ending.is_set():
                connection.sendall(post([0]) * 32)
                reader.some(32)

        for _ in range(3):
            feeder = threading.Thread(target=feed, args=self.connect())
            feeder.start()
            self.addCleanup(feeder.join)
        self.addCleanup(ending.set)
        late = self.send(*(post([n], n) for n in range(500)))[1]
        self.assertEqual(late.bodies(500), [[n] for n in range(500)])

    def test_a_waiting_pipeline_whose_caller_goes_is_left_out(self):
        wait, began, go_on = self.held()
        self.send(post(wait))
        wait_for(began)
        kept = self.send(post([1]), post([2]))[1]
        connection, _ = self.send(*(post(self.note(n), n) for n in range(50)))
        self.server.health()
        connection.close()
        self.server.health()
        go_on()
        self.assertEqual(kept.bodies(2), [[1], [2]])
        self.assertEqual(self.server.post_json([1])[1], [1])
        self.assertEqual(self.noted(), [])


class FlowTests(PipelineCase):
    def test_answers_of_slow_calls_do_not_wait_for_the_next_call(self):
        wait, began, go_on = self.held()
        _, reader = self.send(post([1]), post({"do": "spin", "seconds": 0.01}), post(wait), post([2]))
        # Both are here though the third is not answered before these are seen.
        self.assertEqual(len(reader.bodies(2)), 2)
        wait_for(began)
        go_on()
        self.assertEqual(reader.bodies(2)[1], [2])

    def test_answers_of_quick_calls_do_not_wait_for_a_slow_one(self):
        wait, began, go_on = self.held()
        _, reader = self.send(*(post([n], n) for n in range(100)), post(wait))
        self.assertEqual(reader.bodies(100), [[n] for n in range(100)])
        go_on()
        self.assertEqual(len(reader.bodies(1)), 1)

    def test_answers_go_out_between_slow_calls_that_keep_the_interpreter(self):
        spin = {"do": "spin", "seconds": 0.1}
        _, reader = self.send(*(post(spin, n) for n in range(6)))
        times = []
        for _ in range(6):
            reader.next()
            times.append(time.monotonic())
        gaps = [later - earlier for earlier, later in zip(times, times[1:])]
        # None came together with the next.
        self.assertGreater(min(gaps), 0.05, gaps)

    def test_a_caller_that_does_not_read_is_asked_no_more(self):
        connection, reader = self.connect()
        connection.setblocking(False)
        large = post({"do": "large", "bytes": 300_000})
        sent = 0
        deadline = time.monotonic() + 2
        before = self.resident()
        while time.monotonic() < deadline:
            try:
                sent += connection.send(large * 200)
            except BlockingIOError:
                threading.Event().wait(0.01)
        # What it would keep of the answers of all: beyond a hundred of them nothing was asked for.
        self.assertLess(self.resident() - before, 400_000_000)
        connection.settimeout(ANSWER_SECONDS)
        whole = sent // len(large)
        for _ in range(min(whole, 400)):
            self.assertEqual(len(reader.next()[2]), 300_002)

    def resident(self):
        with open("/proc/%d/status" % self.server.process.pid) as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) * 1024

    def test_bytes_that_nobody_takes_are_left_with_the_sender(self):
        wait, began, go_on = self.held()
        connection, reader = self.connect()
        connection.sendall(post(wait))
        wait_for(began)
        connection.setblocking(False)
        sent = 0
        bodies = [post(["x" * 50_000, n], n) for n in range(600)]
        pending = b"".join(bodies)
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            try:
                sent += connection.send(pending[sent : sent + (1 << 20)])
            except BlockingIOError:
                threading.Event().wait(0.01)
        self.assertLess(sent, 8 * 1024 * 1024)
        go_on()
        connection.settimeout(ANSWER_SECONDS)
        threading.Thread(target=self._send, args=(connection, pending[sent:]), daemon=True).start()
        self.assertEqual([body[1] for body in reader.bodies(601)[1:] if isinstance(body, list)], list(range(600)))

    def test_signal_handlers_that_raise_cost_their_request_alone(self):
        requests = [post([0]), post({"do": "alarm"}), *(post({"do": "spin", "seconds": 0.0002, "n": n}, n) for n in range(500)), post({"do": "calm"})]
        _, reader = self.send(*requests, *(post([n], n) for n in range(20)))
        found = reader.some(len(requests) + 20)
        self.assertNotIn(None, found)
        for n, (status, _, body) in enumerate(found[2:502]):
            self.assertIn(status, (200, 500))
            if status == 200:
                self.assertEqual(json.loads(body)["n"], n)
        answered = [answer for answer in found[2:502] if answer[0] == 500]
        self.assertGreater(len(answered), 0)
        calmed = found[502][0]
        self.assertIn(calmed, (200, 500))
        if calmed == 200:
            self.assertEqual([json.loads(body) for _, _, body in found[503:]], [[n] for n in range(20)])

    def test_forked_copies_that_come_back_change_nothing(self):
        _, reader = self.send(*(post({"do": "fork", "n": n} if n % 10 == 5 else [n], n) for n in range(40)))
        self.assertEqual([body if isinstance(body, list) else body["n"] for body in reader.bodies(40)], [[n] if n % 10 != 5 else n for n in range(40)])


class SecretTests(Folder):
    def test_the_head_of_a_pipeline_is_asked_for_its_secret(self):
        server = Server(self.package(), secret="s" * 32).ready()
        self.addCleanup(server.close)
        connection = server.connect()
        self.addCleanup(connection.close)
        line = b"X-Slipway-Secret: %b\r\n"
        right, wrong = line % (b"s" * 32), line % (b"t" * 32)
        order = [right, right, wrong, right, b"", right, wrong, wrong]
        connection.sendall(b"".join(post([n], n, extra=extra) for n, extra in enumerate(order)))
        reader = Reader(connection)
        self.assertEqual([answer[0] for answer in reader.some(len(order))], [200 if extra == right else 403 for extra in order])


if __name__ == "__main__":
    unittest.main()
