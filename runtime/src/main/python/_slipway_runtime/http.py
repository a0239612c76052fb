"""HTTP/1.1 on asyncio.Protocol: one request at a time per connection, one write per answer."""

import asyncio
import select
import socket
import time

from _slipway_runtime import answers

MAX_HEAD = 64 * 1024
# The gateway's limit for a body, and room for the frame of a multipart around a file of that size.
MAX_BODY = 12 * 1024 * 1024 + 64 * 1024
KEEP_ALIVE_SECONDS = 200
_LINGER_SECONDS = 2

REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    417: "Expectation Failed",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}

_USUAL_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\nConnection: keep-alive\r\n\r\n%b"
)

_TOKEN = frozenset(b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Request:
    """A complete request. `meant_for` is the addressed instance, None if there is none; `is_probe` is true for one of
    the platform, not of a caller."""

    __slots__ = ("method", "path", "content_type", "content_encoding", "meant_for", "secret", "is_probe", "request_id", "body")

    def __init__(self, method, path, headers):
        self.method = method
        self.path = path
        self.content_type = headers.get("content-type", "")
        self.content_encoding = headers.get("content-encoding", "")
        self.meant_for = headers.get("x-slipway-instance")
        self.secret = headers.get("x-slipway-secret")
        self.is_probe = "x-slipway-probe" in headers
        request_id = headers.get("x-request-id")
        self.request_id = None if request_id is None else request_id[:200]
        self.body = b""


class _Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Connections:
    """All open connections of the server, for idle time-outs and the drain."""

    def __init__(self, handle, forget):
        self.handle = handle
        self.forget = forget
        self.open = set()
        self.draining = False

    def busy(self):
        """Whether a request is being read or answered on any of them."""
        return any(connection.is_busy() for connection in self.open)

    def drain(self):
        """From now on each answer has `Connection: close`."""
        self.draining = True

    def close_idle(self):
        """Closes those that were idle for longer than the keep-alive time."""
        limit = time.monotonic() - KEEP_ALIVE_SECONDS
        for connection in list(self.open):
            connection.close_if_silent_since(limit)

    def close_all(self):
        for connection in list(self.open):
            connection.close()

    def descriptors(self):
        return [connection.descriptor() for connection in list(self.open)]


class Connection(asyncio.Protocol):
    """One client's connection: head, body (by length or chunked), answer, and again."""

    def __init__(self, connections):
        self._connections = connections
        self._transport = None
        self._socket = None
        self._buffer = bytearray()
        self._step = self._read_head
        self._request = None
        self._length = 0
        self._chunk = 0
        self._body = None
        self._keep_alive = True
        self._answering = False
        self._reading_paused = False
        self._since = time.monotonic()

    def connection_made(self, transport):
        self._transport = transport
        self._socket = transport.get_extra_info("socket")
        if self._socket.family != socket.AF_UNIX:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections.open.add(self)

    def connection_lost(self, exc):
        self._connections.open.discard(self)
        if self._answering:
            self._connections.forget(self._request)

    def eof_received(self):
        # A caller that has closed one half can't be told from one that has gone: both end the connection, so that
        # nobody waits for an answer that nobody reads. No client of ours closes one half.
        return False

    def is_left(self):
        """Whether the caller has gone; also from another thread, and before the loop has read the end."""
        descriptor = self.descriptor()
        if descriptor < 0:
            return True
        poll = select.poll()
        poll.register(descriptor, select.POLLRDHUP)
        return bool(poll.poll(0))

    def abandon(self):
        """Ends the connection to a caller that has gone."""
        self._transport.abort()

    def descriptor(self):
        return self._socket.fileno()

    def is_busy(self):
        arriving = bool(self._buffer) or self._step != self._read_head
        return self._answering or arriving or self._transport.get_write_buffer_size() > 0

    def close(self):
        self._transport.close()

    def close_if_silent_since(self, limit):
        if self._answering or self._since > limit:
            return
        if self.is_busy():
            self._refuse(408, "the request did not arrive in %d s" % KEEP_ALIVE_SECONDS)
        else:
            self._transport.close()

    def data_received(self, data):
        self._since = time.monotonic()
        if not self._buffer and not self._answering and self._step == self._read_head and self._read_whole(data):
            return
        self._buffer += data
        if self._answering:
            # Pipelined bytes wait for the answer, but not without a limit.
            if len(self._buffer) > MAX_HEAD and not self._reading_paused:
                self._reading_paused = True
                self._transport.pause_reading()
            return
        self._advance()

    def _advance(self):
        try:
            while not self._answering and not self._transport.is_closing():
                if not self._step():
                    return
        except _Refused as refused:
            self._refuse(refused.status, str(refused))

    def _refuse(self, status, message):
        request_id = self._request.request_id if self._request is not None else None
        self._request = None
        self._keep_alive = False
        self._write(answers.refusal(status, message, request_id=request_id), close=True)
        # Closing with unread bytes resets the connection, and the caller might lose the answer.
        self._buffer.clear()
        self._step = self._discard
        if self._transport.can_write_eof():
            self._transport.write_eof()
        asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._transport.close)

    def _discard(self):
        self._buffer.clear()
        return False

    def _read_head(self):
        buffer = self._buffer
        while buffer.startswith(b"\r\n"):
            del buffer[:2]
        end = buffer.find(b"\r\n\r\n")
        if end < 0 or end > MAX_HEAD:
            if len(buffer) > MAX_HEAD:
                raise _Refused(431, "the headers are larger than %d bytes" % MAX_HEAD)
            return False
        lines = bytes(buffer[:end]).split(b"\r\n")
        del buffer[: end + 4]
        method, target, minor = _request_line(lines[0])
        headers = _headers(lines[1:])
        self._keep_alive = _keeps_alive(headers, minor)
        self._request = Request(method, target.split("?", 1)[0], headers)
        self._begin_body(headers, minor)
        return True

    def _read_whole(self, data):
        """Takes a request that has arrived in one piece, the usual case; False leaves everything to the steps below."""
        end = data.find(b"\r\n\r\n")
        if not 0 < end <= MAX_HEAD or data.startswith(b"\r\n"):
            return False
        try:
            lines = data[:end].split(b"\r\n")
            method, target, minor = _request_line(lines[0])
            headers = _headers(lines[1:])
            if "transfer-encoding" in headers or "expect" in headers:
                return False
            if len(data) != end + 4 + _content_length(headers.get("content-length")):
                return False
        except _Refused:
            # Told by the steps, which have a way to do it.
            return False
        self._keep_alive = _keeps_alive(headers, minor)
        self._request = Request(method, target.split("?", 1)[0], headers)
        self._request.body = data[end + 4 :]
        self._complete()
        return True

    def _begin_body(self, headers, minor):
        encoding = headers.get("transfer-encoding")
        length = headers.get("content-length")
        if encoding is not None:
            if length is not None:
                raise _Refused(400, "both Content-Length and Transfer-Encoding")
            if encoding.lower() != "chunked":
                raise _Refused(501, "Transfer-Encoding '%s' is not known, expected chunked" % encoding)
            self._body = []
            self._length = 0
            self._step = self._read_chunk_size
        else:
            self._length = _content_length(length)
            self._step = self._read_body
        expect = headers.get("expect")
        if expect is not None and minor > 0:
            if expect.lower() != "100-continue":
                raise _Refused(417, "Expect '%s' is not known, expected 100-continue" % expect)
            if not self._buffer and (encoding is not None or self._length):
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _read_body(self):
        if len(self._buffer) < self._length:
            return False
        self._request.body = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        return self._complete()

    def _read_chunk_size(self):
        end = self._buffer.find(b"\r\n")
        if end < 0 or end > 1024:
            if len(self._buffer) > 1024:
                raise _Refused(400, "a chunk size longer than 1024 bytes")
            return False
        text = bytes(self._buffer[:end]).split(b";", 1)[0].strip()
        del self._buffer[: end + 2]
        if not text or text.strip(b"0123456789abcdefABCDEF"):
            raise _Refused(400, "a chunk size that is no hexadecimal number")
        size = int(text, 16)
        self._length += size
        if self._length > MAX_BODY:
            raise _Refused(413, "the body is larger than %d bytes" % MAX_BODY)
        self._chunk = size
        self._step = self._read_chunk if size else self._read_trailer
        return True

    def _read_chunk(self):
        if len(self._buffer) < self._chunk + 2:
            return False
        if self._buffer[self._chunk : self._chunk + 2] != b"\r\n":
            raise _Refused(400, "a chunk is longer than its size says")
        self._body.append(bytes(self._buffer[: self._chunk]))
        del self._buffer[: self._chunk + 2]
        self._step = self._read_chunk_size
        return True

    def _read_trailer(self):
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise _Refused(431, "the trailers are larger than %d bytes" % MAX_HEAD)
            return False
        del self._buffer[: end + 2]
        if end:
            return True
        self._request.body = b"".join(self._body)
        return self._complete()

    def _complete(self):
        self._body = None
        self._step = self._read_head
        self._answering = True
        self._connections.handle(self, self._request)
        return True

    def answer(self, answer):
        """Writes the answer to the request at hand and goes on with the next. On the event loop's thread only."""
        self._answering = False
        if self._transport.is_closing():
            return
        close = not self._keep_alive or self._connections.draining
        self._write(answer, close)
        self._request = None
        self._since = time.monotonic()
        if close:
            self._transport.close()
            return
        if self._reading_paused:
            self._reading_paused = False
            self._transport.resume_reading()
        if self._buffer:
            # Not from here: a caller of many pipelined requests must not grow the stack.
            asyncio.get_running_loop().call_soon(self._advance)

    def _write(self, answer, close):
        if not close and answer.status == 200 and not answer.headers and self._request.method == "POST":
            self._transport.write(_USUAL_HEAD % (len(answer.body), answer.body))
            return
        head = [
            "HTTP/1.1 %d %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n"
            % (answer.status, REASONS[answer.status], len(answer.body))
        ]
        for name, value in answer.headers:
            head.append("%s: %s\r\n" % (name, value))
        head.append("Connection: close\r\n\r\n" if close else "Connection: keep-alive\r\n\r\n")
        payload = "".join(head).encode("ascii")
        without_body = self._request is not None and self._request.method == "HEAD"
        # One write: head and body in two, with Nagle's algorithm on, cost 40 ms a request.
        self._transport.write(payload if without_body else payload + answer.body)


def _request_line(line):
    words = line.split(b" ")
    if len(words) != 3 or not words[0] or not _TOKEN.issuperset(words[0]):
        raise _Refused(400, "the request line is not 'METHOD PATH HTTP/1.1'")
    method, target, version = words
    if version not in (b"HTTP/1.1", b"HTTP/1.0"):
        raise _Refused(505 if version.startswith(b"HTTP/") else 400, "expected HTTP/1.1")
    if target.lower().startswith(b"http://"):
        target = b"/" + target[7:].partition(b"/")[2]
    if not target.startswith(b"/"):
        raise _Refused(400, "the request target must begin with '/'")
    return method.decode("ascii"), target.decode("latin-1"), int(version[-1:])


# Names of headers as they came, and in lower case. Callers choose them, so their number is bounded.
_KEYS = {}
_MOST_KEYS = 500


def _key_of(name):
    if not name or not _TOKEN.issuperset(name):
        raise _Refused(400, "a header line that is not 'Name: value'")
    key = name.decode("ascii").lower()
    if len(_KEYS) < _MOST_KEYS and len(name) < 100:
        _KEYS[name] = key
    return key


def _headers(lines):
    headers = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon:
            raise _Refused(400, "a header line that is not 'Name: value'")
        key = _KEYS.get(name) or _key_of(name)
        text = value.strip(b" \t").decode("latin-1")
        known = headers.get(key)
        if known is not None and key in ("content-length", "transfer-encoding", "content-type") and known != text:
            raise _Refused(400, "header '%s' twice with different values" % key)
        headers[key] = text if known is None or key in ("content-length", "content-type") else known + "," + text
    return headers


def _content_length(text):
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit()):
        raise _Refused(400, "Content-Length is no number")
    if len(text.lstrip("0")) > 12 or int(text) > MAX_BODY:
        raise _Refused(413, "the body is larger than %d bytes" % MAX_BODY)
    return int(text)


def _keeps_alive(headers, minor):
    if "connection" not in headers:
        return minor > 0
    options = {word.strip().lower() for word in headers.get("connection", "").split(",")}
    if "close" in options:
        return False
    return minor > 0 or "keep-alive" in options
