"""The HTTP answers for results and failures of a package."""

import base64
import collections.abc
import json
import math

from _slipway_runtime import engines


class NotJson(Exception):
    """The package returned something that can't be written as JSON, which is not the caller's fault."""


class Answer:
    """Status, JSON body and extra headers of one response."""

    __slots__ = ("status", "body", "headers")

    def __init__(self, status, body, headers=()):
        self.status = status
        self.body = body
        self.headers = headers


def result(value, style, request_text):
    """The answer to a request that the package has answered with `value`."""
    if style == engines.CLASSIC:
        document = {"data": {"resp_data": value}}
        meta = _meta(request_text)
        if meta is not None:
            document = {"meta": meta, "data": document["data"]}
        return Answer(200, to_json(document))
    return Answer(200, to_json(value))


def bad_input(style, reason):
    if style == engines.CLASSIC:
        return _document(400, {"erno": "PY.0101", "msg": "Input error", "error_info": reason}, reason)
    return _document(400, {"erno": "MR.0101", "msg": "Input error", "words_result": {}}, reason)


def failure(style, exception):
    """The answer to a request that the package failed on. Says type and message, never the traceback."""
    status = 400 if isinstance(exception, (KeyError, TypeError)) else 500
    reason = "%s: %s" % (type(exception).__name__, _text_of_exception(exception))
    if style == engines.CLASSIC:
        return _document(status, {"erno": "PY.0105", "msg": "Predict failed", "error_info": reason}, reason)
    return _document(status, {"erno": "MR.0105", "msg": "Recognition failed", "words_result": {}}, reason)


def _text_of_exception(exception):
    # Foreign code: the text of an exception may fail too, and the thread has to go on.
    try:
        return str(exception)
    except BaseException as second:
        return "(its text can't be made: %s)" % type(second).__name__


def refusal(status, message, headers=()):
    """An answer of the server itself, without the package."""
    return Answer(status, to_json({"error_msg": message}), headers)


def _document(status, document, reason):
    # The published form of MR errors has no room for a reason; a header keeps it for batch results and callers.
    line = " ".join(reason.split())[:200].encode("ascii", "backslashreplace").decode("ascii")
    return Answer(status, to_json(document), (("X-Error-Cause", line),))


def _meta(text):
    document = json.loads(text)
    return document.get("meta") if isinstance(document, dict) else None


def to_json(value):
    """UTF-8 JSON of `value`; NaN and infinities become null, what is not JSON is converted leniently."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        text = json.dumps(_plain(value, 0), ensure_ascii=False, allow_nan=False)
    # A lone surrogate is no UTF-8 but is valid as a JSON escape.
    return text.encode("utf-8", "backslashreplace")


_DEEPEST = 200


def _plain(value, depth):
    if depth > _DEEPEST:
        raise NotJson("the result is nested more than %d levels deep or contains itself" % _DEEPEST)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _text_of(bytes(value))
    if isinstance(value, collections.abc.Mapping):
        return {_key(key): _plain(item, depth + 1) for key, item in value.items()}
    # numpy arrays and scalars, tensors: without importing any of them.
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
    if hasattr(value, "tolist"):
        return _plain(value.tolist(), depth + 1)
    if hasattr(value, "item") and hasattr(value, "dtype"):
        return _plain(value.item(), depth + 1)
    if isinstance(value, collections.abc.Iterable):
        return [_plain(item, depth + 1) for item in value]
    raise NotJson("a result of type %s is not JSON" % type(value).__name__)


def _key(key):
    if key is None or isinstance(key, (bool, int, float)):
        return json.dumps(key)
    if isinstance(key, bytes):
        return _text_of(key)
    return str(key)


def _text_of(value):
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value).decode("ascii")
