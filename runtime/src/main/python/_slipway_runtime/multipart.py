"""multipart/form-data as clients really send it: names in any character set, parts without one, bare line feeds.

A part is a file when it has a file name, when its field is declared as a file, or when its type is not a text's.
Every other part is a text, and one that cannot be read as such is refused: damaged text never reaches a package.
"""

import base64
import binascii
import codecs
import collections
import io
import ntpath
import posixpath
import quopri
import re
import urllib.parse

NO_NAME = "file"
_MOST_PARTS = 1000
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_EXTENDED = re.compile(r"([\w.:+-]*)'[\w-]*'(.*)", re.DOTALL)
_CHINESE = re.compile(rb"(?i)charset\s*=\s*\"?(?:gb2312|gbk|gb18030)\b")
_TEXT_TYPES = ("application/xml", "application/x-www-form-urlencoded")
# Where a text of ASCII alone has the same bytes as in UTF-8. Not so UTF-16, or UTF-7 and other codes of escapes.
_ASCII_BASED = ("iso8859", "cp125", "gb2312", "gbk", "gb18030", "big5", "euc_", "koi8")


class BadInput(Exception):
    """The body can't be decoded; the message may be shown to the caller."""


def parse_header(value):
    """The main value of a header in lower case, and its parameters."""
    main, _, rest = value.partition(";")
    found = {}
    if not rest:
        return main.strip().lower(), found
    for name, text in _PARAMETER.findall(";" + rest):
        text = text.strip()
        if text.startswith('"') and text.endswith('"') and len(text) > 1:
            # Only quote and backslash are escaped: some clients send C:\path unescaped.
            text = re.sub(r'\\(["\\])', r"\1", text[1:-1])
        found.setdefault(name.lower(), text)
    return main.strip().lower(), found


def is_text(media_type):
    """Whether content of this type is a text. No type at all is a text's."""
    if media_type.startswith("image/"):
        return False
    return is_json(media_type) or media_type.startswith("text/") or media_type in _TEXT_TYPES or media_type.endswith("+xml")


def is_json(media_type):
    """Whether content of this type is meant as JSON. Without a type it is; clients and packages misspell the type."""
    return not media_type or media_type.endswith(("/json", "+json"))


def charset_of(name):
    """The character set, None for one that is not known or no text's; and whether its ASCII is that of UTF-8."""
    if not name:
        return "utf-8", True
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None, False
    plain = known.replace("-", "_")
    if plain in ("utf_8", "utf_8_sig", "ascii"):
        return "utf-8", True
    if plain.startswith(_ASCII_BASED):
        return known, True
    return (known, False) if plain.startswith(("utf_16", "shift_jis")) else (None, False)


def parse(body, boundary, file_fields):
    """`{field: text}`, `{field: [text, ...]}` where it stands several times, or `{field: OrderedDict(name -> BytesIO)}`."""
    data = {}
    parts = [_split(part) for part in _parts(body, boundary)]
    charset = _charset_of_heads([head for head, _ in parts])
    for head, content in parts:
        _add(data, _Head(head.decode(charset)), content, file_fields)
    if not data:
        raise BadInput("the multipart body has no part")
    return data


def _parts(body, boundary):
    limit = boundary.encode("latin-1", "replace")
    if not 1 <= len(limit) <= 200:
        raise BadInput("multipart/form-data without a usable boundary")
    line_end = _line_end(body, limit)
    border = re.compile(line_end + b"--" + re.escape(limit) + b"(?:(--)|[ \t]*(?=" + line_end + b"|\\Z))")
    # The first border may have no line before it.
    body = line_end + body
    begin = None
    for number, found in enumerate(border.finditer(body)):
        if number > _MOST_PARTS:
            raise BadInput("the multipart body has more than %d parts" % _MOST_PARTS)
        if begin is not None:
            yield body[begin : found.start()]
        if found.group(1):
            return
        begin = found.end() + len(line_end)
    raise BadInput("the multipart body has no closing boundary")


def _line_end(body, limit):
    """What ends the lines around parts. A file may hold the other one, so it is decided once."""
    border = b"--" + limit
    at = 0 if body.startswith(border) else body.find(b"\n" + border) + 1
    after = body[at + len(border) :].lstrip(b" \t")[:1]
    return b"\n" if after == b"\n" else b"\r\n"


class _Head:
    """What the headers of a part say."""

    def __init__(self, head):
        self.media_type, self.charset, self.transfer, disposition = "", "", "", ""
        for line in re.split("\r?\n(?![ \t])", head):
            name, _, value = line.partition(":")
            name = name.strip().lower()
            if name == "content-disposition":
                disposition = value
            elif name == "content-type":
                self.media_type, parameters = parse_header(value)
                self.charset = parameters.get("charset", "")
            elif name == "content-transfer-encoding":
                self.transfer = value.strip().lower()
        _, parameters = parse_header(disposition)
        self.field = parameters.get("name")
        self.is_named = "filename" in parameters or "filename*" in parameters
        self.file_name = _extended(parameters.get("filename*")) or parameters.get("filename", "")


def _charset_of_heads(heads):
    """Browsers of Chinese systems once sent names in the system's character set: one for all names of a body, because the bytes of a
    single one may be a text in both. A part whose type names GBK or its like says it too."""
    candidates = ["utf-8", "gb18030"]
    if any(_CHINESE.search(head) for head in heads):
        candidates.reverse()
    for charset in candidates:
        try:
            for head in heads:
                head.decode(charset)
        except UnicodeDecodeError:
            continue
        return charset
    return "latin-1"


def _extended(value):
    """The text of `UTF-8''%E7%8C%AB.png`; None for none, and for one that can't be read: the plain one may do."""
    found = _EXTENDED.fullmatch(value) if value is not None else None
    if found is None:
        return value
    charset, _ = charset_of(found.group(1))
    try:
        return urllib.parse.unquote_to_bytes(found.group(2)).decode(charset) if charset else None
    except UnicodeDecodeError:
        return None


def _add(data, head, content, file_fields):
    field = head.field
    if field is None:
        raise BadInput("a part of the multipart body has no name")
    content = _transferred(content, head.transfer, field)
    is_file = head.is_named or field in file_fields or not is_text(head.media_type)
    known = data.get(field)
    if known is not None and isinstance(known, dict) != is_file:
        raise BadInput("field '%s' of the multipart body holds a file and a text" % field)
    if is_file:
        files = data.setdefault(field, collections.OrderedDict())
        files[_free_name(files, _base_name(head.file_name))] = io.BytesIO(content)
    elif known is None:
        data[field] = _text(content, head.charset, field)
    elif isinstance(known, list):
        known.append(_text(content, head.charset, field))
    else:
        data[field] = [known, _text(content, head.charset, field)]


def _split(part):
    """Head and content: the first empty line is between them."""
    for line_end in (b"\r\n", b"\n"):
        if part.startswith(line_end):
            return b"", part[len(line_end) :]
    found = re.search(b"\r?\n\r?\n", part)
    if found is None:
        raise BadInput("a part of the multipart body has no blank line after its headers")
    return part[: found.start()], part[found.end() :]


def _transferred(content, encoding, field):
    if encoding == "base64":
        try:
            return base64.b64decode(b"".join(content.split()), validate=True)
        except binascii.Error as failure:
            raise BadInput("field '%s' of the multipart body is not base64: %s" % (field, failure)) from failure
    return quopri.decodestring(content) if encoding == "quoted-printable" else content


def _text(content, charset, field):
    known, _ = charset_of(charset)
    if known is None:
        raise BadInput("field '%s' of the multipart body has charset '%s', which is not known" % (field, charset))
    try:
        return content.decode(known)
    except UnicodeDecodeError as failure:
        raise BadInput(
            "field '%s' of the multipart body is a text that is not %s at byte %d, and nothing says that it is a file"
            % (field, charset or "UTF-8", failure.start)
        ) from failure


def _base_name(name):
    """Some packages open() the name that the caller gave: no folders, no parent folder, no NUL."""
    name = ntpath.basename(posixpath.basename(name)).replace("\0", "")
    return NO_NAME if name in ("", ".", "..") else name


def _free_name(files, name):
    candidate, number = name, 1
    while candidate in files:
        number += 1
        stem, dot, suffix = name.rpartition(".")
        candidate = "%s_%d.%s" % (stem, number, suffix) if dot and stem else "%s_%d" % (name, number)
    return candidate
