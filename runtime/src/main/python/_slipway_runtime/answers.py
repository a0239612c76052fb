"""The HTTP answers for results and failures of a package."""

import base64
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import json
import math
import os
import uuid

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


def result(value, style, data):
    """The answer to a request that the package has answered with `value`; `data` is what it was given."""
    if style == engines.CLASSIC:
        document = {"data": {"resp_data": value}}
        if data.meta is not None:
            document = {"meta": data.meta, "data": document["data"]}
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


# The documented codes of the inference path, by status; the others are invalid requests.
_CODES = {404: "ModelArts.4204", 405: "ModelArts.4204", 408: "ModelArts.4205", 421: "ModelArts.4302", 503: "ModelArts.4302"}


_LONGEST_CAUSE = 200


def refusal(status, message, headers=(), request_id=None):
    """An answer of the server itself, without the package, in the form that the gateway's own errors have."""
    document = {"error_code": _CODES.get(status, "ModelArts.4200"), "error_msg": message}
    if request_id is not None:
        document["request_id"] = request_id
    return _document(status, document, message, headers)


def _document(status, document, reason, headers=()):
    # The published form of MR errors has no room for a reason; a header keeps it for batch results and callers.
    line = "".join(filter(str.isprintable, " ".join(reason.split())))
    # What is cut off is whole characters: half an escape would be another character.
    escaped = [character.encode("ascii", "backslashreplace").decode("ascii") for character in line[:_LONGEST_CAUSE]]
    while sum(map(len, escaped)) > _LONGEST_CAUSE:
        escaped.pop()
    return Answer(status, to_json(document), (("X-Error-Cause", "".join(escaped)), *headers))


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def to_json(value):
    """UTF-8 JSON of `value`; NaN and infinities become null, what is not JSON is converted leniently.

    Raises NotJson, which names the type and the place of what can't be converted.
    """
    try:
        text = _encode(value)
    except (TypeError, ValueError, RecursionError):
        plain = _plain(value, ())
        try:
            text = _encode(plain)
        except ValueError as failure:
            raise NotJson("the result is not JSON: %s" % failure) from failure
    # A lone surrogate is no UTF-8 but is valid as a JSON escape.
    return text.encode("utf-8", "backslashreplace")


_DEEPEST = 200
_MICROSECONDS = {"M": "datetime64[us]", "m": "timedelta64[us]"}


def _plain(value, place):
    """The value as JSON has it. `place` are the keys that lead to it."""
    if len(place) > _DEEPEST:
        raise NotJson("the result is nested more than %d levels deep or contains itself" % _DEEPEST)
    if isinstance(value, enum.Enum):
        return _plain(value.value, place)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _text_of(bytes(value))
    if isinstance(value, collections.abc.Mapping):
        return {_key(key): _plain(item, (*place, key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, (*place, number)) for number, item in enumerate(value)]
    if isinstance(value, type):
        raise _not_json(value, place)
    known, scalar = _scalar(value)
    if known:
        return scalar
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), (*place, field.name)) for field in dataclasses.fields(value)}
    return _foreign(value, place)


def _scalar(value):
    """Whether it is one of the standard library's values, and what JSON has for it. A missing one of pandas is null."""
    if isinstance(value, decimal.Decimal):
        # A text, because a JSON number loses digits in most readers.
        return True, str(value) if value.is_finite() else None
    if isinstance(value, (datetime.date, datetime.time)):
        # No day is equal to itself only where it is missing: pandas.NaT says that it is a datetime.
        return True, value.isoformat() if value == value else None
    if isinstance(value, datetime.timedelta):
        return True, value.total_seconds()
    if isinstance(value, uuid.UUID):
        return True, str(value)
    if isinstance(value, os.PathLike):
        path = os.fspath(value)
        return True, path if isinstance(path, str) else _text_of(path)
    return type(value).__name__ in ("NAType", "NaTType"), None


def _foreign(value, place):
    """Tables, arrays and scalars of pandas and numpy, tensors: without importing any of them."""
    try:
        known, found = _lists_of(value)
    except Exception as failure:
        raise NotJson("a value of type %s%s can't be converted: %s" % (type(value).__name__, _at(place), failure)) from failure
    if known and type(found) is not type(value):
        return _plain(found, place)
    if not known and isinstance(value, collections.abc.Iterable):
        return [_plain(item, (*place, number)) for number, item in enumerate(value)]
    raise _not_json(value, place)


def _lists_of(value):
    """Whether it is one of these, and its content as lists and scalars of Python."""
    if hasattr(value, "iloc") and hasattr(value, "columns"):
        return True, _rows(value)
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind in _MICROSECONDS and type(value).__module__ == "numpy":
        # numpy's own default gives nanoseconds as a bare number.
        value = value.astype(_MICROSECONDS[kind])
    if hasattr(value, "tolist"):
        return True, value.tolist()
    if hasattr(value, "item") and hasattr(value, "dtype"):
        return True, value.item()
    return False, None


def _rows(table):
    names = [_key(name) for name in table.columns]
    if len(set(names)) < len(names):
        raise ValueError("two of its columns have the same name")
    columns = [table.iloc[:, number].tolist() for number in range(len(names))]
    return [dict(zip(names, row)) for row in zip(*columns)]


def _not_json(value, place):
    name = "class %s" % value.__name__ if isinstance(value, type) else "type %s" % type(value).__name__
    return NotJson("a %s of %s%s is not JSON" % ("value" if place else "result", name, _at(place)))


def _at(place):
    text = "".join("[%d]" % key if isinstance(key, int) else ".%s" % _key(key) for key in place)
    return " at '%s'" % text.lstrip(".")[:100] if place else ""


def _key(key):
    if isinstance(key, enum.Enum):
        return _key(key.value)
    if key is None or isinstance(key, (bool, int, float)):
        return json.dumps(key)
    if isinstance(key, bytes):
        return _text_of(key)
    known, text = _scalar(key)
    return text if known and isinstance(text, str) else str(key)


def _text_of(value):
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value).decode("ascii")
