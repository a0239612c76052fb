"""Carries the instance's socket to the port of a server that can't be handed one. The shim starts it in the instance's sandbox:

    python3 -I -S relay.py <port> <command>...

or, for an image, which need not have Python, outside of it, where it joins only the network of the sandbox with process 1 <pid>:

    python3 -I -S relay.py --beside <pid> <uid>:<gid> <port>

It starts the command, or finds it, tells `ready` when 127.0.0.1:<port> takes connections, and from then on carries each connection on the
socket there and back, as bytes: also a close of one direction alone. It holds at most two buffers per connection, and ends with
the command, with its exit code.

At the end of the control pipe it takes no further connection. The command gets SIGTERM once no connection waits for an answer:
bytes last went to the client, and that is _QUIET_SECONDS ago. What takes longer than that is ended by the shim's grace.

Without a sandbox the port is open to every process of this machine; the secret on the control pipe can't protect it.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from _slipway_shim import linux  # noqa: E402
from _slipway_shim.processes import below  # noqa: E402

EVENTS_DESCRIPTOR = 3
CONTROL_DESCRIPTOR = 4
SOCKET_DESCRIPTOR = 5
_BUFFER = 64 * 1024
# Two descriptors each, of the 4096 that an instance may open.
_MOST_CONNECTIONS = 1024
_QUIET_SECONDS = 1.0
_RETRY_SECONDS = 0.05


class Started:
    """The command that this process has started."""

    def __init__(self, process):
        self._process = process

    def watch(self, loop, ended):
        def poll():
            if self._process.poll() is not None:
                ended.set()

        loop.add_signal_handler(signal.SIGCHLD, poll)
        poll()

    def code(self):
        return self._process.returncode

    def terminate(self):
        self._process.terminate()


class Found:
    """The first command below process 1 of a sandbox, by pidfds: a reused pid is never signalled."""

    def __init__(self, init):
        self._init = init
        self._handle = os.pidfd_open(init)

    def watch(self, loop, ended):
        loop.add_reader(self._handle, ended.set)

    def code(self):
        return 0

    def terminate(self):
        for pid in below(self._init)[:1]:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass


class Connection:
    """Whether a client waits: the last bytes were its own, or an answer came a moment ago."""

    def __init__(self, loop, close):
        self._loop = loop
        self.close = close
        self._was_asked = True
        self._moved_at = loop.time()

    def moved(self, is_request):
        self._was_asked = is_request
        self._moved_at = self._loop.time()

    def waits(self):
        return self._was_asked or self._loop.time() - self._moved_at < _QUIET_SECONDS


class Relay:
    def __init__(self, port, process):
        self._port = port
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._connections = set()
        self._places = asyncio.Semaphore(_MOST_CONNECTIONS)
        self._asked_to_drain = asyncio.Event()
        self._ended = asyncio.Event()
        self._is_terminated = False

    async def run(self):
        """The exit code of the command; 0 if it ended because it was asked to."""
        self._loop.add_reader(CONTROL_DESCRIPTOR, self._read_control)
        self._loop.add_signal_handler(signal.SIGUSR1, self._close_idle)
        self._process.watch(self._loop, self._ended)
        drain = asyncio.ensure_future(self._drain())
        serve = asyncio.ensure_future(self._serve())
        await self._ended.wait()
        for task in (drain, serve):
            task.cancel()
        code = self._process.code()
        if self._is_terminated and code in (0, -signal.SIGTERM):
            return 0
        return 128 - code if code < 0 else code

    def _close_idle(self):
        """The instance is taken out of use for a while: who keeps a connection has to ask for a new one."""
        for connection in list(self._connections):
            if not connection.waits():
                connection.close()

    def _read_control(self):
        if not os.read(CONTROL_DESCRIPTOR, 4096):
            self._loop.remove_reader(CONTROL_DESCRIPTOR)
            self._asked_to_drain.set()

    async def _serve(self):
        while not await self._answers():
            await asyncio.sleep(_RETRY_SECONDS)
        listener = socket.socket(fileno=SOCKET_DESCRIPTOR)
        server = await asyncio.start_unix_server(self._carry, sock=listener, limit=_BUFFER)
        os.write(EVENTS_DESCRIPTOR, (json.dumps({"event": "ready"}) + "\n").encode("ascii"))
        await self._asked_to_drain.wait()
        server.close()

    async def _answers(self):
        try:
            writer = (await asyncio.open_connection("127.0.0.1", self._port))[1]
        except OSError:
            return False
        writer.close()
        return True

    async def _drain(self):
        await self._asked_to_drain.wait()
        while any(connection.waits() for connection in self._connections):
            await asyncio.sleep(_RETRY_SECONDS)
        self._is_terminated = True
        self._process.terminate()

    async def _carry(self, client_reader, client_writer):
        writers = [client_writer]
        connection = Connection(self._loop, client_writer.close)
        self._connections.add(connection)
        try:
            async with self._places:
                # Who only looks whether the instance listens does not disturb its server.
                first = await client_reader.read(_BUFFER)
                if not first:
                    return
                connection.moved(True)
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=_BUFFER)
                writers.append(writer)
                writer.write(first)
                both = [
                    asyncio.ensure_future(self._pump(client_reader, writer, connection, True)),
                    asyncio.ensure_future(self._pump(reader, client_writer, connection, False)),
                ]
                try:
                    await asyncio.gather(*both)
                finally:
                    for one in both:
                        one.cancel()
        except OSError:
            # Cut by one side: the other is cut too, so that nobody takes half of an answer for all of it.
            for writer in writers:
                writer.transport.abort()
        finally:
            for writer in writers:
                writer.close()
            self._connections.discard(connection)

    async def _pump(self, reader, writer, connection, is_request):
        while True:
            data = await reader.read(_BUFFER)
            if not data:
                break
            connection.moved(is_request)
            writer.write(data)
            await writer.drain()
        if not writer.is_closing():
            writer.write_eof()


def _read_secret_line():
    while os.read(CONTROL_DESCRIPTOR, 1) not in (b"\n", b""):
        pass


def join_network(pid):
    """Joins the network of a process, as root or as the user who made it."""
    network = os.open("/proc/%d/ns/net" % pid, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if os.geteuid() != 0:
            owner = linux.owner_of(network)
            linux.enter(owner)
            os.close(owner)
        linux.enter(network)
    finally:
        os.close(network)


def main(arguments):
    for descriptor in (EVENTS_DESCRIPTOR, CONTROL_DESCRIPTOR, SOCKET_DESCRIPTOR):
        os.set_inheritable(descriptor, False)
    _read_secret_line()
    if arguments[0] == "--beside":
        init, user, port = int(arguments[1]), arguments[2], int(arguments[3])
        join_network(init)
        process = Found(init)
        if os.geteuid() == 0:
            uid, gid = (int(each) for each in user.split(":"))
            os.setgroups([])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
    else:
        port, command = int(arguments[0]), arguments[1:]
        try:
            process = Started(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        except OSError as failure:
            sys.stderr.write("'%s' can't be started: %s\n" % (command[0], failure.strerror))
            return 127

    async def run():
        return await Relay(port, process).run()

    return asyncio.run(run())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
