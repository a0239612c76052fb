"""The server and its states: starting, ready, draining, ended."""

import argparse
import asyncio
import errno
import io
import logging
import os
import socket
import sys
import threading

from _slipway_runtime import answers, engines
from _slipway_runtime.events import Events
from _slipway_runtime.http import Connection, Connections
from _slipway_runtime.inference import Inference
from _slipway_runtime.package import Configuration, LoadFailure, Package

EXIT_LOAD_FAILED = 3
QUEUE_LIMIT = 64
_SWEEP_SECONDS = 5
_IDLE_BEFORE_EXIT_SECONDS = 0.1

_LOG = logging.getLogger("slipway.runtime")


class Server:
    """One package behind one port. `/health` is answered by the event loop, also while the package computes."""

    def __init__(self, package, events, queue_limit, instance=None):
        self._package = package
        self._instance = instance
        self._events = events
        self._queue_limit = queue_limit
        self._connections = Connections(self._handle)
        self._ready = False
        self._draining = False
        self._address = None

    async def run(self, host, port, supervised):
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._ended = loop.create_future()
        if supervised:
            listening = socket.socket(fileno=5)
            self._listener = await loop.create_unix_server(lambda: Connection(self._connections), sock=listening, backlog=1024)
        else:
            self._listener = await loop.create_server(lambda: Connection(self._connections), host, port, backlog=1024)
            bound = self._listener.sockets[0].getsockname()
            self._address = "%s:%d" % (bound[0], bound[1])
        self._events.tell("listening", address=self._address)
        self._inference = Inference(self._package, self._queue_limit, loop, self._loaded, self._failed)
        self._inference.start()
        if supervised:
            threading.Thread(target=self._watch_stdin, name="slipway-stdin", daemon=True).start()
        self._sweep()
        return await self._ended

    def _loaded(self):
        if self._draining:
            return
        self._ready = True
        self._events.tell("ready", address=self._address)

    def _failed(self, exception):
        cause = str(exception) or type(exception).__name__
        details = {"error": getattr(exception, "error", None), "where": getattr(exception, "where", None)}
        self._events.tell("failed", cause=cause, **details)
        self._end(EXIT_LOAD_FAILED)

    def _end(self, code):
        if not self._ended.done():
            self._ended.set_result(code)

    def _sweep(self):
        self._connections.close_idle()
        self._loop.call_later(_SWEEP_SECONDS, self._sweep)

    def _watch_stdin(self):
        while True:
            try:
                data = os.read(4, 4096)
            except OSError as failure:
                if failure.errno == errno.EINTR:
                    continue
                data = b""
            if not data:
                self._loop.call_soon_threadsafe(self._drain, "end of file on stdin")
                return

    def _drain(self, why):
        if self._draining:
            return
        self._draining = True
        self._events.tell("draining", why=why)
        if not self._ready:
            # Nothing was admitted yet, and a constructor can't be interrupted.
            self._end(0)
            return
        self._connections.drain()
        # One more turn of the loop takes in the connections that are already made.
        self._loop.call_soon(self._listener.close)
        self._end_when_idle(0)

    def _end_when_idle(self, idle_turns):
        idle = self._inference.is_idle() and not self._connections.busy()
        # Twice idle: a request that is on its way over an open connection still gets its answer.
        if idle and idle_turns > 0:
            self._connections.close_all()
            self._loop.call_soon(self._end, 0)
            return
        delay = _IDLE_BEFORE_EXIT_SECONDS if idle else _IDLE_BEFORE_EXIT_SECONDS / 5
        self._loop.call_later(delay, self._end_when_idle, idle_turns + 1 if idle else 0)

    def _handle(self, connection, request):
        answer = self._at_once(request)
        if answer is None and not self._inference.admit(connection, request):
            answer = answers.refusal(503, "too many requests are waiting, try again", (("Retry-After", "1"),))
        if answer is not None:
            connection.answer(answer)

    def _at_once(self, request):
        if self._instance and request.meant_for not in (None, self._instance):
            # The addressed instance has ended and this one has its port. This package must not see the request.
            message = "this is not the instance that the request is for"
            return answers.refusal(421, message, (("X-Slipway-Instance", self._instance),))
        if request.path == "/health":
            return self._health(request)
        if request.path not in self._package.configuration.urls:
            return answers.refusal(404, "no API at '%s'" % request.path)
        if request.method != "POST":
            return answers.refusal(405, "method '%s' is not allowed, expected POST" % request.method, (("Allow", "POST"),))
        if not self._ready:
            return answers.refusal(503, "the model is still loading", (("Retry-After", "1"),))
        return None

    def _health(self, request):
        if request.method not in ("GET", "HEAD"):
            return answers.refusal(405, "method '%s' is not allowed, expected GET" % request.method, (("Allow", "GET, HEAD"),))
        status = "draining" if self._draining else "OK" if self._ready else "starting"
        return answers.Answer(200 if status == "OK" else 503, answers.to_json({"status": status}))


class _LogPipe(io.FileIO):
    """A pipe to a shim that may be gone. A print in the package must not fail because of that."""

    def write(self, data):
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)


def _open_log():
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        raw = _LogPipe(descriptor, "w", closefd=False)
        # A line at a time, and a write of nothing else between: prints of the package keep their order.
        stream = io.TextIOWrapper(io.BufferedWriter(raw, 64 * 1024), encoding="utf-8", errors="backslashreplace", line_buffering=True)
        setattr(sys, name, stream)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="slipway-runtime", description="Serves one model package over HTTP.")
    parser.add_argument("--model-dir", required=True, help="the package's model directory; it must be writable and private to this process")
    parser.add_argument("--config", help="config.json of the package (default: the one in the model directory)")
    parser.add_argument("--model-type", help="the engine (default: model_type of config.json)")
    parser.add_argument("--model-name", default="model", help="the name that constructors get")
    parser.add_argument("--instance", help="the instance's name; a request for another by its header X-Slipway-Instance is refused with 421")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one, the event 'listening' says which")
    parser.add_argument("--queue", type=int, default=QUEUE_LIMIT, help="requests that may wait")
    parser.add_argument("--supervised", action="store_true", help="tell events on descriptor 3, drain at end of file on stdin")
    return parser.parse_args(arguments)


def _search_path(model_dir, root):
    # Ours, the package, its parent (packages import both `helper` and `model.helper`), then the interpreter's.
    ours_and_the_packages = [root, model_dir, os.path.dirname(model_dir)]
    sys.path[:] = ours_and_the_packages + [entry for entry in sys.path if entry not in ours_and_the_packages]


def main(arguments, root):
    """Runs until drained; the exit code is 0, or 3 for a package that can't be loaded."""
    options = _parse(arguments)
    _open_log()
    events = Events(options.supervised)
    model_dir = os.path.abspath(options.model_dir)
    _search_path(model_dir, root)
    engines.refuse_the_others()

    def warn(message):
        _LOG.warning("%s", message)
        events.tell("warning", message=message)

    try:
        configuration = Configuration.read(options.config or os.path.join(model_dir, "config.json"))
        if options.model_type:
            configuration.model_type = options.model_type
        package = Package(model_dir, configuration, options.model_name, warn)
    except LoadFailure as failure:
        _LOG.error("%s", failure)
        events.tell("failed", cause=str(failure), error=failure.error, where=failure.where)
        return EXIT_LOAD_FAILED
    return asyncio.run(_run(package, events, options))


async def _run(package, events, options):
    code = await Server(package, events, options.queue, options.instance).run(options.host, options.port, options.supervised)
    # Closed transports still flush their last answer.
    await asyncio.sleep(0.02)
    return code
