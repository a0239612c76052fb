"""The server and its states: starting, ready, draining, ended."""

import argparse
import asyncio
import collections
import errno
import hmac
import itertools
import json
import operator
import os
import selectors
import signal
import socket
import sys
import threading

from _slipway_runtime import answers, engines, inputs, output
from _slipway_runtime.batching import BatchInference
from _slipway_runtime.events import FILE_DESCRIPTOR, WARNINGS, Events
from _slipway_runtime.forks import Forks
from _slipway_runtime.http import Connection, Connections
from _slipway_runtime.inference import EXIT_LOAD_FAILED, Inference
from _slipway_runtime.package import Configuration, LoadFailure, Package

CONTROL_DESCRIPTOR = 4
LISTENER_DESCRIPTOR = 5
EXIT_WRONG_USE = 2
EXIT_SERVER_FAILED = 70
# The shim tells this one in words: the log may be among what was closed.
EXIT_DESCRIPTORS_CLOSED = 71
QUEUE_LIMIT = 64
_BACKLOG = 1024
_SWEEP_SECONDS = 5
_IDLE_BEFORE_EXIT_SECONDS = 0.1
_FLUSH_SECONDS = 0.02
_MAIN_THREAD_SECONDS = 1
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_WITHOUT_ROOM_SECONDS = 1
_MOST_SECONDS_FOR_ANSWERS = 0.005
_LOOK_SECONDS = 0.001
_CONNECTION = operator.attrgetter("connection")


class Server:
    """One package behind one listening socket, on a thread of its own.

    `/health` is answered here, also while the package computes, and only for a probe: for callers that path is the
    package's like any other. `loaded`, `failed`, `call` and `drain` may be called from every thread.
    """

    def __init__(self, configuration, inference, events, log, instance=None, secret=None):
        self._configuration = configuration
        self._inference = inference
        self._events = events
        self._log = log
        self._instance = instance
        # Latin-1, as headers are read.
        self._secret = None if secret is None else secret.encode("latin-1")
        self._connections = Connections(self._handle, self._forget)
        self._ready = False
        self._draining = False
        self._serving = threading.Event()
        self._waking = False
        self._answering = False
        self._answers = collections.deque()
        self._looks = False
        self._looks_later = False
        self._out = threading.Lock()
        self._out.acquire()
        # Connections with requests of a pipeline that have found the queue full.
        self._without_place = collections.deque()
        self._selector = selectors.DefaultSelector()
        # Ours by name: a package may set a policy or loop of its own for the main thread.
        self._loop = asyncio.SelectorEventLoop(self._selector)

    def start(self, listener, control, forks):
        """Returns once the socket is served. `control` is a pipe whose end of file asks for the drain, None if there is none."""
        self._listener = listener
        self._control = control
        forks.take_away(self._descriptors)
        # A daemon, so that the package's own threads can be told from it.
        threading.Thread(target=self._run, name="slipway-http", daemon=True).start()
        self._serving.wait()

    def call(self, what, *arguments):
        self._loop.call_soon_threadsafe(what, *arguments)

    def answer(self, request):
        """Gives the answer of a request to the server's thread, which looks for those of a pipeline by itself: being told of each
        costs more than a quick package. From the main thread, as the three below."""
        self._answers.append(request)
        if not self._looks:
            self.send_answers()

    def send_answers(self):
        """Has all answers sent now. Those that are made while the server's thread is busy go out together."""
        try:
            if self._answers and not self._answering:
                self._answering = True
                self.call(self._answer_all)
        except BaseException:
            # A signal handler of the package: it is told once more.
            self._answering = False
            raise

    def send_answers_first(self):
        """Has all answers sent, and returns once the server's thread is at them: a package that keeps the interpreter for long would
        delay them."""
        # The next answers will come as slowly.
        self._looks = False
        self.send_answers()
        while self._answering:
            if not self._out.acquire(timeout=_MOST_SECONDS_FOR_ANSWERS):
                return

    def _answer_all(self):
        self._answering = False
        if self._out.locked():
            self._out.release()
        while self._answers:
            ready = [self._answers.popleft() for _ in range(len(self._answers))]
            for connection, requests in itertools.groupby(ready, _CONNECTION):
                connection.answer(list(requests))

    def _look(self):
        self._looks_later = False
        if self._answers:
            self._answer_all()
        if self._inference.is_idle():
            self._looks = False
        if self._looks:
            self._look_later()

    def _look_later(self):
        self._looks = True
        if not self._looks_later:
            self._looks_later = True
            self._loop.call_later(_LOOK_SECONDS, self._look)

    def place_freed(self):
        """A place in the queue is free."""
        if self._without_place:
            self.call(self._let_in)

    def _let_in(self):
        while self._without_place:
            connection, requests = self._without_place[0]
            if not connection.is_closing() and not self._inference.admit(connection.pipeline, requests):
                break
            self._without_place.popleft()
            self._wake_soon()
        self._connections.is_crowded = bool(self._without_place)

    def loaded(self):
        self.call(self._loaded)

    def failed(self, exception):
        cause = str(exception) or type(exception).__name__
        details = {"error": getattr(exception, "error", None), "where": getattr(exception, "where", None)}
        self._events.tell("failed", cause=cause, **details)

    def drain(self, why):
        self.call(self._drain, why)

    def _run(self):
        # The edge of the thread: without this a bug would leave a process that answers nobody.
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as failure:
            self._log.error("the server's thread has failed", failure)
            if isinstance(failure, OSError) and failure.errno == errno.EBADF:
                self._log.error("the package has closed descriptors that it had not opened, the server can't go on")
                os._exit(EXIT_DESCRIPTORS_CLOSED)
            os._exit(EXIT_SERVER_FAILED)

    async def _serve(self):
        self._listener.setblocking(False)
        self._loop.add_reader(self._listener, self._accept)
        if self._control is not None:
            self._loop.add_reader(self._control, self._read_control)
        self._events.tell("listening")
        self._sweep()
        self._serving.set()
        await self._loop.create_future()

    def _descriptors(self):
        """All that a forked process must not share."""
        # No public name for the end by which other threads wake the loop.
        waker = getattr(self._loop, "_csock", None)
        own = [self._selector.fileno(), self._listener.fileno(), *self._selector.get_map(), *self._connections.descriptors()]
        return [one for one in (*own, waker.fileno() if waker is not None else -1) if one >= 0]

    def _connection(self):
        return Connection(self._connections)

    def _loaded(self):
        if not self._draining:
            self._ready = True
            self._events.tell("ready")

    def _sweep(self):
        self._connections.close_idle()
        self._let_in()
        self._loop.call_later(_SWEEP_SECONDS, self._sweep)

    def _read_control(self):
        if not os.read(self._control, 4096):
            self._loop.remove_reader(self._control)
            self._drain("end of file on the control pipe")

    def _drain(self, why):
        if self._draining:
            return
        self._draining = True
        self._events.tell("draining", why=why)
        if not self._ready:
            # Nothing was admitted yet, and a constructor can't be interrupted.
            os._exit(0)
        self._connections.drain()
        self._stop_listening()
        self._end_when_idle(0)

    def _stop_listening(self):
        """Takes in the connections that are already made; later ones are refused at once, not left to wait."""
        if self._listener.family == socket.AF_UNIX:
            # The shim holds the same socket: only this closes it for callers.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._loop.remove_reader(self._listener)
        self._accept()
        self._listener.close()

    def _accept(self):
        # Not by a server of asyncio's: one that is closed in the same turn forgets a connection that it has accepted.
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError as failure:
                if failure.errno in _NO_ROOM and not self._draining:
                    self._loop.remove_reader(self._listener)
                    self._loop.call_later(_WITHOUT_ROOM_SECONDS, self._accept_again)
                return
            accepted.setblocking(False)
            self._loop.create_task(self._loop.connect_accepted_socket(self._connection, accepted))

    def _accept_again(self):
        if not self._draining:
            self._loop.add_reader(self._listener, self._accept)

    def _end_when_idle(self, idle_turns):
        idle = self._inference.is_idle() and not self._connections.busy()
        # Twice idle: a request that is on its way over an open connection still gets its answer.
        if idle and idle_turns > 0:
            self._connections.close_all()
            # Closed transports still flush their last answer.
            self._loop.call_later(_FLUSH_SECONDS, self._end)
            return
        delay = _IDLE_BEFORE_EXIT_SECONDS if idle else _IDLE_BEFORE_EXIT_SECONDS / 5
        self._loop.call_later(delay, self._end_when_idle, idle_turns + 1 if idle else 0)

    def _end(self):
        self._inference.end(0)
        # The main thread ends the process, unless a signal handler of the package keeps it.
        self._loop.call_later(_MAIN_THREAD_SECONDS, os._exit, 0)

    def _handle(self, connection, requests):
        head = requests[0].head
        if not head.is_admitted:
            try:
                answer = self._at_once(requests[0])
            except inputs.Refused as refused:
                answer = self._refusal(requests[0], refused.status, str(refused), refused.headers)
            if answer is not None:
                connection.answer_at_once(requests[0], answer)
                return
            head.is_admitted = True
        if self._inference.admit(connection.pipeline, requests):
            if len(requests) > 1:
                self._look_later()
            self._wake_soon()
        elif len(requests) > 1 or connection.has_more():
            # A pipeline waits, and with it whoever sends it: a refusal would only make it send all of it again.
            self._without_place.append((connection, requests))
            self._let_in()
        else:
            message = "too many requests are waiting, try again"
            connection.answer_at_once(requests[0], self._refusal(requests[0], 503, message, (("Retry-After", "1"),)))

    def _forget(self, pipeline):
        self._inference.forget(pipeline)
        self._let_in()

    def _wake_soon(self):
        if not self._waking:
            # After the other requests that have arrived with it.
            self._waking = True
            self._loop.call_soon(self._wake)

    def _wake(self):
        self._waking = False
        self._inference.wake()

    def _at_once(self, request):
        head = request.head
        if self._secret is not None and not hmac.compare_digest((head.secret or "").encode("latin-1"), self._secret):
            # Without a sandbox others can reach the socket. This package must not see their requests.
            return self._refusal(request, 403, "this request does not come from the platform")
        if self._instance and head.meant_for not in (None, self._instance):
            # The addressed instance has ended and this one has its port. This package must not see the request.
            message = "this is not the instance that the request is for"
            return self._refusal(request, 421, message, (("X-Slipway-Instance", self._instance),))
        if head.is_probe and head.path == "/health":
            return self._health(request)
        if not self._configuration.has_api(head.path):
            return self._refusal(request, 404, "no API at '%s'" % head.path)
        if head.method != "POST":
            message = "method '%s' is not allowed, expected POST" % head.method
            return self._refusal(request, 405, message, (("Allow", "POST"),))
        inputs.codings_of(head.content_encoding)
        if not self._ready:
            return self._refusal(request, 503, "the model is still loading", (("Retry-After", "1"),))
        return None

    def _health(self, request):
        if request.head.method not in ("GET", "HEAD"):
            message = "method '%s' is not allowed, expected GET" % request.head.method
            return self._refusal(request, 405, message, (("Allow", "GET, HEAD"),))
        status = "draining" if self._draining else "OK" if self._ready else "starting"
        return answers.Answer(200 if status == "OK" else 503, answers.to_json({"status": status}))

    @staticmethod
    def _refusal(request, status, message, headers=()):
        return answers.refusal(status, message, headers, request.request_id)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="slipway-runtime", description="Serves one model package over HTTP.")
    parser.add_argument("--model-dir", required=True, help="the package's model directory; it must be writable and private to this process")
    parser.add_argument("--config", help="config.json of the package (default: the one in the model directory)")
    parser.add_argument("--model-type", help="the engine (default: model_type of config.json)")
    parser.add_argument("--model-name", default="model", help="the name that constructors get")
    parser.add_argument("--instance", help="the instance's name; a request for another by its header X-Slipway-Instance is refused with 421")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one, the first line of the log says which")
    parser.add_argument("--queue", type=int, default=QUEUE_LIMIT, help="connections whose requests may wait")
    parser.add_argument(
        "--supervised",
        action="store_true",
        help="tell events on descriptor %d, drain at end of file on %d, serve the listening socket %d in place of host and port; no signal drains"
        % (FILE_DESCRIPTOR, CONTROL_DESCRIPTOR, LISTENER_DESCRIPTOR),
    )
    return parser.parse_args(arguments)


def _search_path(model_dir, root):
    # Ours, the package, its parent (packages import both `helper` and `model.helper`), then the interpreter's.
    ours_and_the_packages = [root, model_dir, os.path.dirname(model_dir)]
    sys.path[:] = ours_and_the_packages + [entry for entry in sys.path if entry not in ours_and_the_packages]


def _read_secret():
    """The first line on the control pipe: what each request must carry, None where nobody else can reach the socket."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(CONTROL_DESCRIPTOR, 1)
        if not byte:
            # The shim has gone; the drain follows.
            return None
        line += byte
    return json.loads(line)["secret"]


def _given_socket():
    os.set_inheritable(CONTROL_DESCRIPTOR, False)
    os.set_inheritable(LISTENER_DESCRIPTOR, False)
    return socket.socket(fileno=LISTENER_DESCRIPTOR)


def _own_socket(options, log):
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.create_server((options.host, options.port), family=family, backlog=_BACKLOG)
    log.info("listening on %s:%d" % listener.getsockname()[:2])
    return listener


def main(arguments, root):
    """Runs until drained; the exit code is 0, 3 for a package that can't be loaded, 2 for wrong use."""
    options = _parse(arguments)
    log = output.open_streams()
    try:
        events = Events(options.supervised)
        listener = _given_socket() if options.supervised else _own_socket(options, log)
        secret = _read_secret() if options.supervised else None
    except (OSError, ValueError, KeyError) as failure:
        log.error("can't listen, or --supervised without its descriptors", failure)
        return EXIT_WRONG_USE
    WARNINGS.listen(log.warning)
    WARNINGS.listen(lambda message: events.tell("warning", message=message))
    model_dir = os.path.abspath(options.model_dir)
    _search_path(model_dir, root)
    engines.refuse_the_others()
    # What a plain script sees.
    sys.argv[:] = [os.path.join(model_dir, "customize_service.py")]
    try:
        configuration = Configuration.read(options.config or os.path.join(model_dir, "config.json"))
        if options.model_type:
            configuration.model_type = options.model_type
        package = Package(model_dir, configuration, options.model_name)
    except LoadFailure as failure:
        log.error(str(failure))
        events.tell("failed", cause=str(failure), error=failure.error, where=failure.where)
        return EXIT_LOAD_FAILED
    forks = Forks()
    inference = (Inference if configuration.batching is None else BatchInference)(package, options.queue, log, forks)
    server = Server(configuration, inference, events, log, options.instance, secret)
    if options.supervised:
        forks.take_away(lambda: [FILE_DESCRIPTOR])
    else:
        for number in (signal.SIGTERM, signal.SIGINT):
            forks.handle(number, lambda which, frame: server.drain(signal.Signals(which).name))
    forks.watch()
    server.start(listener, CONTROL_DESCRIPTOR if options.supervised else None, forks)
    return inference.run(server)
