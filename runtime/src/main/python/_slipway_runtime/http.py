"""HTTP/1.1 on asyncio.Protocol: what has arrived of a pipeline is taken together, and what is ready of its answers is written together.

Requests are taken together whose heads are byte for byte the same but for the values of X-Request-Id and Content-Length. One with
another head is read when all before it are answered.
"""

import asyncio
import collections
import re
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


# What may be open on a connection, taken and not answered: so many requests, and another one below so many bytes.
_MOST_OPEN = 256
_MOST_OPEN_BYTES = 1024 * 1024
# A connection whose caller leaves more of its answers unread gives no further request.
_MOST_UNREAD_BYTES = 256 * 1024
_LONGEST_PATTERN = 8 * 1024
_LONGEST_REQUEST_ID = 1024
_MOST_DIGITS = 8
_VALUES = re.compile(rb"\r\n(x-request-id|content-length):[ \t]*([^\r\n]*)", re.IGNORECASE)


class Head:
    """What requests with the same head share. `meant_for` is the addressed instance, None if there is none; `is_probe` is true for
    those of the platform, not of a caller. The server sets `is_admitted` when nothing speaks against such requests, the main thread
    `read`, which makes of a body what the package gets."""

    __slots__ = ("method", "path", "content_type", "content_encoding", "meant_for", "secret", "is_probe", "is_admitted", "read")

    def __init__(self, method, path, headers):
        self.method = method
        self.path = path
        self.content_type = headers.get("content-type", "")
        self.content_encoding = headers.get("content-encoding", "")
        self.meant_for = headers.get("x-slipway-instance")
        self.secret = headers.get("x-slipway-secret")
        self.is_probe = "x-slipway-probe" in headers
        self.is_admitted = False
        self.read = None


class Request:
    """One request of a connection, complete once it has its body. `is_last` says that those behind it are not answered."""

    is_begun = False
    is_answered = False
    is_last = False
    answer = None

    def __init__(self, connection, head, request_id, body):
        self.connection = connection
        self.head = head
        self._request_id = request_id
        self.body = body

    @property
    def request_id(self):
        return None if self._request_id is None else self._request_id.decode("latin-1").strip(" \t")[:200]


class Pipeline:
    """The requests of one connection that wait for the main thread.

    `seen` is when the caller was last known to be there. Once `is_draining`, the request at hand is the last.
    """

    __slots__ = ("connection", "waiting", "seen", "is_queued", "is_draining")

    def __init__(self, connection):
        self.connection = connection
        self.waiting = collections.deque()
        self.seen = 0.0
        self.is_queued = False
        self.is_draining = False


class _Pattern:
    """The bytes of a head around the values of X-Request-Id and Content-Length."""

    __slots__ = ("head", "before_id", "between", "after_length")

    def __init__(self, head, before_id, between, after_length):
        self.head = head
        self.before_id = before_id
        self.between = between
        self.after_length = after_length

    @staticmethod
    def of(raw, head):
        """None for a head that has not one of each, in this order."""
        if len(raw) > _LONGEST_PATTERN:
            return None
        found = list(_VALUES.finditer(raw))
        if [one.group(1).lower() for one in found] != [b"x-request-id", b"content-length"]:
            return None
        (id_begin, id_end), (length_begin, length_end) = (one.span(2) for one in found)
        between, after = raw[id_end:length_begin], raw[length_end:]
        if not between.startswith(b"\r\n") or not after.startswith(b"\r\n"):
            return None
        return _Pattern(head, raw[:id_begin], between, after)


class _Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Connections:
    """All open connections of the server, for idle time-outs and the drain. `handle` gets a connection and its next requests,
    `forget` the pipeline of one that has gone. While `is_crowded`, others wait for a place: none takes more than it has."""

    def __init__(self, handle, forget):
        self.handle = handle
        self.forget = forget
        self.open = set()
        self.draining = False
        self.is_crowded = False

    def busy(self):
        """Whether a request is being read or answered on any of them."""
        return any(connection.is_busy() for connection in self.open)

    def drain(self):
        """From now on the next answer of each connection is its last, with `Connection: close`. What is computed is answered."""
        self.draining = True
        for connection in self.open:
            connection.pipeline.is_draining = True

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
    """One client's connection: heads, bodies (by length or chunked), answers in the order of the requests."""

    def __init__(self, connections):
        self.pipeline = Pipeline(self)
        self._connections = connections
        self._transport = None
        self._socket = None
        self._buffer = bytearray()
        self._step = self._read_head
        self._pattern = None
        self._request = None
        self._length = 0
        self._chunk = 0
        self._body = None
        self._keep_alive = True
        self._open = 0
        self._open_bytes = 0
        self._is_unread = False
        self._reading_paused = False
        self._since = time.monotonic()

    def connection_made(self, transport):
        self._transport = transport
        self._socket = transport.get_extra_info("socket")
        if self._socket.family != socket.AF_UNIX:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.set_write_buffer_limits(_MOST_UNREAD_BYTES)
        self.pipeline.is_draining = self._connections.draining
        self._connections.open.add(self)

    def connection_lost(self, exc):
        self._connections.open.discard(self)
        if self._open:
            self._connections.forget(self.pipeline)

    def pause_writing(self):
        self._is_unread = True

    def resume_writing(self):
        self._is_unread = False
        asyncio.get_running_loop().call_soon(self._advance)

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
        return self._open > 0 or arriving or self._transport.get_write_buffer_size() > 0

    def is_closing(self):
        return self._transport.is_closing()

    def close(self):
        self._transport.close()

    def close_if_silent_since(self, limit):
        if self._open or self._since > limit:
            return
        if self.is_busy():
            self._refuse(408, "the request did not arrive in %d s" % KEEP_ALIVE_SECONDS)
        else:
            self._transport.close()

    def data_received(self, data):
        self._since = time.monotonic()
        if self._buffer or self._step != self._read_head:
            self._buffer += data
        else:
            taken, end = self._take_known(data)
            if not taken and not self._open and not self._is_unread and self._read_whole(data):
                return
            if end < len(data):
                self._buffer += data[end:] if end else data
            if taken:
                self._hand_over(taken)
        if self._buffer:
            self._advance()

    def _advance(self):
        try:
            while not self._transport.is_closing():
                if self._step == self._read_head and (self._buffer or self._open):
                    taken, end = self._take_known(bytes(self._buffer))
                    del self._buffer[:end]
                    if taken:
                        self._hand_over(taken)
                        continue
                    if self._step == self._read_head and (self._open or self._is_unread):
                        break
                if not self._step():
                    break
                if not self._open and self._step == self._read_head:
                    # Answered at once. Not from here: a caller of many such must not keep the others waiting.
                    asyncio.get_running_loop().call_soon(self._advance)
                    break
        except _Refused as refused:
            self._refuse(refused.status, str(refused))
            return
        self._pace()

    def _pace(self):
        """Bytes of requests that can't be taken wait, but not without a limit."""
        waits = self._step == self._read_head and (self._open > 0 or self._is_unread)
        pause = waits and len(self._buffer) > MAX_HEAD
        if pause != self._reading_paused and not self._transport.is_closing():
            self._reading_paused = pause
            if pause:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    def _take_known(self, data):
        """The requests with the head of the one before, and where they end. Of one whose body has not arrived the head is taken."""
        pattern = self._pattern
        taken, at = [], 0
        if pattern is None or not pattern.head.is_admitted:
            return taken, at
        connections, head = self._connections, pattern.head
        before_id, between, after_length = pattern.before_id, pattern.between, pattern.after_length
        to_id, to_length, to_body, size = len(before_id), len(between), len(after_length), len(data)
        starts, find = data.startswith, data.find
        left, left_bytes = self._left()
        while left > 0 and left_bytes > 0 and starts(before_id, at):
            id_at = at + to_id
            id_end = find(b"\r\n", id_at, id_at + _LONGEST_REQUEST_ID)
            if id_end < 0 or not starts(between, id_end):
                break
            length_at = id_end + to_length
            length_end = find(b"\r", length_at, length_at + _MOST_DIGITS + 1)
            digits = data[length_at:length_end]
            if length_end < 0 or not digits.isdigit() or not starts(after_length, length_end):
                break
            length = int(digits)
            body_at = length_end + to_body
            end = body_at + length
            if length > MAX_BODY:
                break
            if end > size:
                self._request = Request(self, head, data[id_at:id_end], None)
                self._length = length
                self._step = self._read_body
                return taken, body_at
            taken.append(Request(self, head, data[id_at:id_end], data[body_at:end]))
            at = end
            left -= 1
            left_bytes -= length
        return taken, at

    def _left(self):
        """How many more requests may be open, and the last of them below how many bytes."""
        if not self._keep_alive or self._is_unread or self._transport.is_closing():
            return 0, 0
        if self._connections.draining or self._connections.is_crowded:
            return (0, 0) if self._open else (1, 1)
        return _MOST_OPEN - self._open, _MOST_OPEN_BYTES - self._open_bytes

    def _hand_over(self, requests):
        self.pipeline.seen = self._since
        self._open += len(requests)
        self._open_bytes += sum([len(request.body) for request in requests])
        self._connections.handle(self, requests)

    def has_more(self):
        """Whether bytes of another request have arrived."""
        return bool(self._buffer)

    def _refuse(self, status, message):
        request_id = self._request.request_id if self._request is not None else None
        self._request = None
        self._keep_alive = False
        self._transport.write(_form(answers.refusal(status, message, request_id=request_id), close=True))
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
        self._begin_request(lines, method, target, minor, headers)
        self._begin_body(headers, minor)
        return True

    def _begin_request(self, lines, method, target, minor, headers):
        self._keep_alive = _keeps_alive(headers, minor)
        head = Head(method, target.split("?", 1)[0], headers)
        request_id = headers.get("x-request-id")
        self._request = Request(self, head, None if request_id is None else request_id.encode("latin-1"), None)
        is_plain = self._keep_alive and method == "POST" and "transfer-encoding" not in headers and "expect" not in headers
        self._pattern = _Pattern.of(b"\r\n".join((*lines, b"", b"")), head) if is_plain and request_id is not None else None

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
        self._begin_request(lines, method, target, minor, headers)
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
        request, self._request = self._request, None
        self._body = None
        self._step = self._read_head
        self._hand_over([request])
        return True

    def answer_at_once(self, request, answer):
        """Answers the only open request by the server itself, and no more: the next is taken later. On the event loop's thread only."""
        request.answer = answer
        self._write_answers([request])

    def answer(self, requests):
        """Writes the answers of its next requests together and goes on. On the event loop's thread only."""
        self._write_answers(requests)
        if self._buffer or self._reading_paused:
            self._advance()

    def _write_answers(self, requests):
        pieces, size = [], 0
        for request in requests:
            if request.is_answered or self._transport.is_closing():
                continue
            request.is_answered = True
            self._open -= 1
            self._open_bytes -= len(request.body)
            answer = request.answer
            close = not self._keep_alive or request.is_last or (self._connections.draining and not self._open)
            if answer.status == 200 and not answer.headers and not close and request.head.method == "POST":
                piece = _USUAL_HEAD % (len(answer.body), answer.body)
            else:
                piece = _form(answer, close, request.head.method == "HEAD")
            pieces.append(piece)
            size += len(piece)
            if close or size > _MOST_UNREAD_BYTES:
                self._transport.write(b"".join(pieces))
                pieces, size = [], 0
            if close:
                self._transport.close()
        if pieces:
            self._transport.write(b"".join(pieces) if len(pieces) > 1 else pieces[0])
        self._since = time.monotonic()


def _form(answer, close, without_body=False):
    head = [
        "HTTP/1.1 %d %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n"
        % (answer.status, REASONS[answer.status], len(answer.body))
    ]
    for name, value in answer.headers:
        head.append("%s: %s\r\n" % (name, value))
    head.append("Connection: close\r\n\r\n" if close else "Connection: keep-alive\r\n\r\n")
    payload = "".join(head).encode("ascii")
    # One write: head and body in two, with Nagle's algorithm on, cost 40 ms a request.
    return payload if without_body else payload + answer.body


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
