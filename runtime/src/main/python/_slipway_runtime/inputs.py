"""The conversion of request bodies for a package."""

import codecs
import collections
import io
import json
import zlib

from _slipway_runtime import engines, multipart
from _slipway_runtime.multipart import BadInput

CODINGS = ("gzip", "deflate")
_MOST_CODINGS = 3
_MOST_GZIP_MEMBERS = 1000
_STEP = 16 * 1024
# A document takes several times the memory of its text, and most packages make one of their own.
_LONGEST_KEPT = 16 * 1024
_CURL_DEFAULT = "application/x-www-form-urlencoded"


class Refused(Exception):
    """A body that no package is asked about. Has the status and the headers of the answer."""

    def __init__(self, status, message, headers=()):
        super().__init__(message)
        self.status = status
        self.headers = headers


class JsonText(str):
    """JSON text for packages written for Python 2 and 3: some call `.decode()` first.

    `meta` is that of its document, None if there is none. `document` is kept of a short text for the base class, None of a long one.
    """

    meta = None
    document = None

    def decode(self, encoding="utf-8", errors="strict"):
        return str(self)


def codings_of(content_encoding):
    """The codings of a body in the order in which they were applied; raises Refused for one that is not known."""
    if not content_encoding:
        return []
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = ["gzip" if name == "x-gzip" else name for name in names if name not in ("", "identity")]
    if len(names) > _MOST_CODINGS or any(name not in CODINGS for name in names):
        message = "Content-Encoding '%s' is not supported, expected one of: %s, identity" % (content_encoding, ", ".join(CODINGS))
        raise Refused(415, message, (("Accept-Encoding", ", ".join(CODINGS)),))
    return names


def reader(head, style, file_fields, limit):
    """What makes the `data` for a package of the body of a request with this head. `file_fields` are the properties of type file of
    the API that is called; `limit` is the most bytes that a compressed body may have when it is not compressed. It raises BadInput and Refused."""
    codings = codings_of(head.content_encoding)
    media_type, parameters = multipart.parse_header(head.content_type)
    charset = parameters.get("charset", "")
    boundary = parameters.get("boundary", "") if media_type == "multipart/form-data" else None

    def read(body):
        return _decode(_plain(body, codings, limit), style, file_fields, media_type, charset, boundary)

    is_json = style == engines.CLASSIC or (boundary is None and not file_fields)
    if not is_json or codings or multipart.charset_of(charset)[0] != "utf-8":
        return read

    def read_json(body):
        # The usual case at once; whatever else it is, `read` says.
        try:
            text = body.decode("utf-8")
            document, end = _document(text)
            if end == len(text) or not text[end:].strip(" \t\r\n"):
                return _json_text(text, document) if style == engines.CLASSIC else document
        except (ValueError, RecursionError):
            pass
        return read(body)

    return read_json


_document = json.JSONDecoder().raw_decode


def _json_text(text, document):
    given = JsonText(text)
    if isinstance(document, dict):
        given.meta = document.get("meta")
    if len(text) <= _LONGEST_KEPT:
        given.document = document
    return given


def _decode(body, style, file_fields, media_type, charset, boundary):
    if style == engines.CLASSIC:
        document = _json(body, charset)
        return _json_text(_text(body, charset), document)
    if boundary is not None:
        return multipart.parse(body, boundary, file_fields)
    if not (file_fields and body):
        return _json(body, charset)
    try:
        # Packages that take a file declare JSON too, and that is what callers then send, or say that they do.
        return _json(body, charset) if multipart.is_json(media_type) or media_type == _CURL_DEFAULT else _only_file(file_fields, body)
    except BadInput:
        return _only_file(file_fields, body)


def _only_file(file_fields, body):
    return {file_fields[0]: collections.OrderedDict([(multipart.NO_NAME, io.BytesIO(body))])}


def _text(body, charset):
    _check_charset(body, charset)
    # Not as utf-8-sig, whose decoder is written in Python.
    mark = len(codecs.BOM_UTF8) if body.startswith(codecs.BOM_UTF8) else 0
    try:
        return body[mark:].decode("utf-8") if mark else body.decode("utf-8")
    except UnicodeDecodeError as failure:
        raise BadInput("the body is not UTF-8 at byte %d" % (mark + failure.start)) from failure


def _check_charset(body, charset):
    name, has_ascii = multipart.charset_of(charset)
    if name == "utf-8" or (has_ascii and body.isascii()):
        return
    raise Refused(415, "charset '%s' of the Content-Type is not supported, expected UTF-8" % charset)


def _json(body, charset):
    if not body:
        raise BadInput("the body is empty, expected JSON or multipart/form-data")
    try:
        return json.loads(_text(body, charset))
    except json.JSONDecodeError as failure:
        raise BadInput("the body is not JSON: %s at line %d, column %d" % (failure.msg, failure.lineno, failure.colno)) from failure
    except RecursionError as failure:
        raise BadInput("the JSON of the body is nested too deeply") from failure
    except ValueError as failure:
        raise BadInput("the body is not JSON: %s" % failure) from failure


def _plain(body, codings, limit):
    for coding in reversed(codings):
        try:
            body = _gunzip(body, limit) if coding == "gzip" else _inflate(body, limit)
        except zlib.error as failure:
            raise BadInput("the body is not what Content-Encoding says (%s): %s" % (coding, failure)) from failure
    return body


def _gunzip(body, limit):
    pieces, size, at, members = [], 0, 0, 0
    unpacker = None
    while at < len(body):
        if unpacker is None:
            members += 1
            if members > _MOST_GZIP_MEMBERS:
                raise BadInput("the gzip body has more than %d members" % _MOST_GZIP_MEMBERS)
            unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        step = body[at : at + _STEP]
        piece = unpacker.decompress(step, limit + 1 - size)
        size += len(piece)
        _check_size(size, limit)
        pieces.append(piece)
        at += len(step) - len(unpacker.unused_data)
        if unpacker.eof:
            unpacker = None
    if unpacker is not None:
        raise BadInput("the gzip body ends early")
    return b"".join(pieces)


def _inflate(body, limit):
    try:
        return _inflated(zlib.decompressobj(), body, limit)
    except zlib.error:
        # Some clients send what the name says, without the frame that the standard asks for.
        return _inflated(zlib.decompressobj(-zlib.MAX_WBITS), body, limit)


def _inflated(unpacker, body, limit):
    plain = unpacker.decompress(body, limit + 1)
    _check_size(len(plain), limit)
    if not unpacker.eof and body:
        raise BadInput("the deflate body ends early")
    return plain


def _check_size(size, limit):
    if size > limit:
        raise Refused(413, "the body is larger than %d bytes when it is not compressed" % limit)
