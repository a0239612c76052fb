"""Files and texts in request bodies, case by case. Damaged text never reaches a package."""

import os
import unittest

from runtime_fixture import Folder, Server

BODIES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bodies")
# Tells what it was given: files as name, type and bytes in hexadecimal.
CODE = """
from model_service.model_service import SingleNodeService

class S(SingleNodeService):
    def inference(self, data):
        if not isinstance(data, dict):
            return data
        return {k: [[n, type(f).__name__, f.read().hex()] for n, f in v.items()] if hasattr(v, "items") else v for k, v in data.items()}
"""


def api(url, **properties):
    schema = {"type": "object", "properties": properties}
    return {"url": url, "method": "post", "request": {"Content-type": "multipart/form-data", "data": schema}}


FILE = {"type": "file"}
CONFIG = {
    "model_type": "Custom",
    "apis": [
        api("/", images=FILE, note={"type": "string"}),
        api("/plain", images={"type": "string"}),
        api("/list", images={"type": "array", "items": [FILE]}),
        api("/\u732b", images=FILE),
    ],
}
CAT = "\u732b.png"
PNG = b"\x89PNG\r\n\x1a\n\xff"


def part(disposition, content=PNG, *headers, end=b"\r\n"):
    """One part as a client sends it; `disposition` may be bytes of any character set."""
    disposition = disposition if isinstance(disposition, bytes) else disposition.encode()
    lines = [b"--b", b"Content-Disposition: form-data; " + disposition, *(header.encode() for header in headers), b"", content]
    return end.join(lines) + end


def body(*parts, end=b"\r\n"):
    return b"".join(parts) + b"--b--" + end


def file(name, content=PNG):
    return [name, "BytesIO", content.hex()]


class FileTests(Folder):
    @classmethod
    def setUpClass(cls):
        cls.holder = cls("run")
        cls.holder.setUp()
        cls.server = Server(cls.holder.package(CODE, CONFIG)).ready()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.holder.doCleanups()

    def ask(self, content, path="/", content_type="multipart/form-data; boundary=b"):
        return self.server.request("POST", path, content, {"Content-Type": content_type})

    def assert_given(self, expected, content, path="/", content_type="multipart/form-data; boundary=b"):
        status, answer, _ = self.ask(content, path, content_type)
        self.assertEqual((status, answer), (200, expected))

    def test_the_bodies_that_were_damaged(self):
        for name, given in (("filename-star-alone", CAT), ("no-filename", "file"), ("no-filename-but-type", "file")):
            with self.subTest(name), open(os.path.join(BODIES, name + ".bin"), "rb") as stream:
                status, answer, _ = self.ask(stream.read(), content_type="multipart/form-data; boundary=frontier")
                self.assertEqual(status, 200)
                ((found_name, kind, content),) = answer["images"]
                self.assertEqual((found_name, kind, len(content) // 2, content[:8]), (given, "BytesIO", 72, "89504e47"))

    def test_names_of_files(self):
        for disposition, name in (
            ('filename="a.png"', "a.png"),
            ("filename=a.png", "a.png"),
            ("filename*=UTF-8''%E7%8C%AB.png", CAT),
            ("filename*=utf-8'en'%e7%8c%ab.png", CAT),
            ("filename*=\"UTF-8''%E7%8C%AB.png\"", CAT),
            ("filename*=GBK''%C3%A8.png", CAT),
            ("filename=\"x.png\"; filename*=UTF-8''%E7%8C%AB.png", CAT),
            ("filename*=UTF-8''%E7%8C%AB.png; filename=\"x.png\"", CAT),
            ("filename*=UTF-8''%FF; filename=\"x.png\"", "x.png"),
            ("filename*=UTF-8''%FF", "file"),
            ("filename*=klingon''%41", "file"),
            ('filename="\u732b.png"', CAT),
            ('filename="\u4e2d\u6587.png"'.encode("gbk"), "\u4e2d\u6587.png"),
            # The second byte of this one is a backslash in GBK.
            ('filename="\u8a92.png"'.encode("gbk"), "\u8a92.png"),
            ('filename="C:\\x\\n.png"', "n.png"),
            ('filename="a\\"b.png"', 'a"b.png'),
            ('filename="../../etc/passwd"', "passwd"),
            ("filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
            ('filename=".."', "file"),
            ('filename=""', "file"),
        ):
            with self.subTest(disposition):
                disposition = disposition if isinstance(disposition, bytes) else disposition.encode()
                # A field that no schema names: the name alone makes it a file.
                self.assert_given({"other": [file(name)]}, body(part(b'name="other"; ' + disposition)))

    def test_names_whose_bytes_are_a_text_in_both_are_read_as_the_others_of_the_body(self):
        cat = b'filename="' + CAT.encode("gbk") + b'"'
        beside = b'name="other"; filename="' + "\u4e2d.png".encode("gbk") + b'"'
        for what, content, expected in (
            ("beside a name that is no UTF-8", body(part(b'name="x"; ' + cat), part(beside)), {"x": [file(CAT)], "other": [file("\u4e2d.png")]}),
            ("where a type says it", body(part(b'name="x"; ' + cat), part("name=note", b"1", "Content-Type: text/plain; charset=GBK")), {"x": [file(CAT)], "note": "1"}),
            ("alone", body(part(b'name="x"; ' + cat)), {"x": [file("\u00e8.png")]}),
        ):
            with self.subTest(what):
                self.assert_given(expected, content)

    def test_what_makes_a_part_without_a_name_a_file(self):
        for what, content, path, headers, expected in (
            ("the schema", PNG, "/", (), {"images": [file("file")]}),
            ("the schema, also for text", b"text", "/", (), {"images": [file("file", b"text")]}),
            ("the schema of a list", PNG, "/list", (), {"images": [file("file")]}),
            ("the schema of a URL that needs percent signs", PNG, "/%E7%8C%AB", (), {"images": [file("file")]}),
            ("its type", PNG, "/plain", ("Content-Type: image/png",), {"images": [file("file")]}),
            ("its type, also of a text", b"<svg/>", "/plain", ("Content-Type: image/svg+xml",), {"images": [file("file", b"<svg/>")]}),
            ("its type, as bytes", b"a", "/plain", ("Content-Type: application/octet-stream",), {"images": [file("file", b"a")]}),
            ("nothing", b"text", "/plain", (), {"images": "text"}),
            ("nothing, a text's type", b"[1]", "/plain", ("Content-Type: application/json",), {"images": "[1]"}),
        ):
            with self.subTest(what):
                self.assert_given(expected, body(part('name="images"', content, *headers)), path)

    def test_texts(self):
        gbk = "\u4e2d".encode("gbk")
        for content, headers, expected in (
            ("\u732b".encode(), (), "\u732b"),
            (gbk, ("Content-Type: text/plain; charset=GBK",), "\u4e2d"),
            (b"\xe9", ("Content-Type: text/plain; charset=ISO-8859-1",), "\u00e9"),
            (b"", (), ""),
            (b"aGk=", ("Content-Transfer-Encoding: base64",), "hi"),
        ):
            with self.subTest(content):
                self.assert_given({"note": expected}, body(part('name="note"', content, *headers)))

    def test_a_text_that_is_none_is_refused_and_never_damaged(self):
        for content, headers, cause in (
            ("\u4e2d".encode("gbk"), (), "field 'note' of the multipart body is a text that is not UTF-8 at byte 0, and nothing says that it is a file"),
            (b"a", ("Content-Type: text/plain; charset=klingon",), "field 'note' of the multipart body has charset 'klingon', which is not known"),
        ):
            status, answer, headers = self.ask(body(part('name="note"', content, *headers)))
            self.assertEqual((status, answer["erno"], headers["X-Error-Cause"]), (400, "MR.0101", cause))

    def test_fields_that_stand_several_times_keep_their_order(self):
        two = [part('name="images"; filename="b.png"', b"1"), part('name="images"; filename="a.png"', b"2")]
        again = part('name="images"; filename="b.png"', b"3")
        self.assert_given({"images": [file("b.png", b"1"), file("a.png", b"2"), file("b_2.png", b"3")]}, body(*two, again))
        texts = [part('name="note"', text) for text in (b"1", b"2", b"3")]
        self.assert_given({"note": ["1", "2", "3"]}, body(*texts))
        status, _, headers = self.ask(body(part('name="x"', b"1"), part('name="x"; filename="f"', b"2")))
        self.assertEqual((status, headers["X-Error-Cause"]), (400, "field 'x' of the multipart body holds a file and a text"))

    def test_bare_line_feeds_end_lines_too(self):
        content = b"\r\nkept\r\n--b\r\n\r"
        made = body(part('name="images"; filename="a"', content, end=b"\n"), part('name="note"', b"t", end=b"\n"), end=b"\n")
        self.assert_given({"images": [file("a", content)], "note": "t"}, made)

    def test_a_file_may_hold_what_looks_like_a_border(self):
        for content in (b"\n--b\n", b"--bc", b"\r\n--bc\r\n", b"\r\n\r\n--\r\n"):
            self.assert_given({"images": [file("a", content)]}, b"preamble\r\n" + body(part('name="images"; filename="a"', content)) + b"epilogue")

    def test_plain_bytes_are_the_file_that_the_schema_names(self):
        for content_type in ("image/png", "image/*", "application/octet-stream", "text/csv", "application/json", "applicaton/json"):
            with self.subTest(content_type):
                self.assert_given({"images": [file("file")]}, PNG, "/", content_type)
        self.assert_given({"images": [file("file", b"123")]}, b"123", "/", "image/png")
        self.assert_given({"images": "base64"}, b'{"images": "base64"}', "/", "application/json")

    def test_plain_bytes_are_no_file_where_the_schema_names_none(self):
        status, answer, _ = self.ask(PNG, "/plain", "image/png")
        self.assertEqual((status, answer["erno"]), (400, "MR.0101"))

    def test_what_is_no_multipart_is_refused(self):
        for content, content_type in (
            (part('name="a"', b"1"), "multipart/form-data; boundary=b"),
            (b"--b--\r\n", "multipart/form-data; boundary=b"),
            (body(b"--b\r\nX: y\r\n\r\n1\r\n"), "multipart/form-data; boundary=b"),
            (body(part('name="a"', b"1")), "multipart/form-data"),
            (body(part('name="a"', b"&", "Content-Transfer-Encoding: base64")), "multipart/form-data; boundary=b"),
            (body(*[part('name="a"', b"1")] * 1001), "multipart/form-data; boundary=b"),
        ):
            status, answer, headers = self.ask(content, content_type=content_type)
            self.assertEqual((status, answer["erno"]), (400, "MR.0101"), content[:40])
            self.assertTrue(headers["X-Error-Cause"])


if __name__ == "__main__":
    unittest.main()
