"""The conversion of request bodies for a package."""

import collections
import io
import json
import ntpath
import posixpath
import re

from _slipway_runtime import engines


class BadInput(Exception):
    """The body can't be decoded; the message may be shown to the caller."""


class JsonText(str):
    """JSON text for packages written for Python 2 and 3: some call `.decode()` first."""

    def decode(self, encoding="utf-8", errors="strict"):
        return str(self)


def decode(body, content_type, style, file_field):
    """The `data` of a request and the document for `meta`. `file_field` names the property of type file, if any."""
    media_type = content_type.split(";", 1)[0].strip().lower()
    if style == engines.CLASSIC:
        return _classic(body)
    if media_type == "multipart/form-data":
        return _multipart(body, content_type)
    try:
        return _json(body)
    except BadInput:
        # Bytes sent as they are, to an API that takes a file: one file without a name of its own.
        if file_field is not None and body:
            return {file_field: collections.OrderedDict([("file", io.BytesIO(body))])}
        raise


def _classic(body):
    _json(body)
    return JsonText(_text(body))


def _text(body):
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise BadInput("the body is not UTF-8 at byte %d" % failure.start) from failure


def _json(body):
    if not body:
        raise BadInput("the body is empty, expected JSON or multipart/form-data")
    try:
        return json.loads(_text(body))
    except json.JSONDecodeError as failure:
        raise BadInput("the body is not JSON: %s at line %d, column %d" % (failure.msg, failure.lineno, failure.colno)) from failure
    except RecursionError as failure:
        raise BadInput("the JSON of the body is nested too deeply") from failure
    except ValueError as failure:
        raise BadInput("the body is not JSON: %s" % failure) from failure


_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')


def _parameters(header):
    found = {}
    for name, value in _PARAMETER.findall(";" + header.partition(";")[2]):
        value = value.strip()
        if value.startswith('"') and value.endswith('"') and len(value) > 1:
            # Only quote and backslash are escaped: some clients send C:\path unescaped.
            value = re.sub(r'\\(["\\])', r"\1", value[1:-1])
        found[name.lower()] = value
    return found


def _base_name(name):
    """Some packages open() the name that the caller gave: no folders, no parent folder, no NUL."""
    name = ntpath.basename(posixpath.basename(name)).replace("\0", "")
    return "file" if name in ("", ".", "..") else name


def _multipart(body, content_type):
    boundary = _parameters(content_type).get("boundary", "").encode("latin-1")
    if not 1 <= len(boundary) <= 200:
        raise BadInput("multipart/form-data without a usable boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not any(piece.startswith(b"--") for piece in pieces[1:]):
        raise BadInput("the multipart body has no closing boundary")
    data = {}
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        _add_part(data, piece.lstrip(b" \t")[2:])
    if not data:
        raise BadInput("the multipart body has no part")
    return data


def _add_part(data, part):
    if part.startswith(b"\r\n"):
        head, content = b"", part[2:]
    else:
        head, separator, content = part.partition(b"\r\n\r\n")
        if not separator:
            raise BadInput("a part of the multipart body has no blank line after its headers")
    disposition = ""
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            disposition = value
    parameters = _parameters(disposition)
    field = parameters.get("name")
    if field is None:
        raise BadInput("a part of the multipart body has no name")
    if "filename" not in parameters:
        data[field] = content.decode("utf-8", "replace")
        return
    files = data.get(field)
    if not isinstance(files, dict):
        files = data[field] = collections.OrderedDict()
    files[_free_name(files, _base_name(parameters["filename"]))] = io.BytesIO(content)


def _free_name(files, name):
    candidate, number = name, 1
    while candidate in files:
        number += 1
        stem, dot, suffix = name.rpartition(".")
        candidate = "%s_%d.%s" % (stem, number, suffix) if dot and stem else "%s_%d" % (name, number)
    return candidate
