"""Results of a package as JSON: what is converted, and the one answer for what can't be."""

import importlib.util
import unittest

from runtime_fixture import Folder, Server

CODE = """
import collections, dataclasses, datetime, decimal, enum, fractions, pathlib, uuid
from model_service.model_service import SingleNodeService

class Colour(enum.Enum):
    RED = "red"

class Level(enum.IntEnum):
    HIGH = 3

def raised(failure):
    raise failure

@dataclasses.dataclass
class Point:
    x: int
    y: object

def endless():
    value = []
    value.append(value)
    return value

UTC = datetime.timezone.utc
VALUES = {
    "decimal": lambda: decimal.Decimal("1.10"),
    "no decimal": lambda: decimal.Decimal("NaN"),
    "datetime": lambda: datetime.datetime(2024, 9, 1, 12, 30, tzinfo=UTC),
    "date": lambda: datetime.date(2024, 9, 1),
    "time": lambda: datetime.time(12, 30),
    "timedelta": lambda: datetime.timedelta(minutes=1, milliseconds=500),
    "uuid": lambda: uuid.UUID(int=1),
    "path": lambda: pathlib.PurePosixPath("a/b"),
    "enum": lambda: Colour.RED,
    "int enum": lambda: Level.HIGH,
    "foreign": lambda: raised(ValueError("坏" * 300)),
    "dataclass": lambda: Point(1, Point(datetime.date(2024, 9, 1), float("nan"))),
    "ordered": lambda: collections.OrderedDict(b=1, a=2),
    "set": lambda: {3},
    "range": lambda: range(2),
    "generator": lambda: (Point(n, None) for n in range(2)),
    "keys": lambda: {Colour.RED: 1, datetime.date(2024, 9, 1): 2, uuid.UUID(int=1): 3, None: 4, decimal.Decimal("1.10"): 5},
    "lambda": lambda: endless,
    "fraction": lambda: [1, {"a": fractions.Fraction(1, 3)}],
    "class": lambda: Point,
    "complex": lambda: 1j,
    "endless": endless,
    "too long a number": lambda: 10 ** 5000,
}

class S(SingleNodeService):
    def _inference(self, data):
        if data["do"] in VALUES:
            return {"value": VALUES[data["do"]]()}
        names = {}
        exec(data["do"], names)
        return {"value": names["value"]}
"""


class AnswerTests(Folder):
    @classmethod
    def setUpClass(cls):
        cls.holder = cls("run")
        cls.holder.setUp()
        cls.server = Server(cls.holder.package(CODE)).ready()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.holder.doCleanups()

    def answer(self, what):
        status, answer, headers = self.server.post_json({"do": what})
        self.assertEqual(status, 200, headers)
        return answer["value"]

    def cause(self, what):
        status, answer, headers = self.server.post_json({"do": what})
        self.assertEqual((status, answer), (500, {"erno": "MR.0105", "msg": "Recognition failed", "words_result": {}}), headers)
        return headers["X-Error-Cause"]

    def test_a_cause_is_one_line_of_ascii_of_at_most_200_characters(self):
        self.assertEqual(self.cause("foreign"), "ValueError: " + r"\u574f" * 31)

    def test_values_that_programs_hold_are_converted(self):
        for what, expected in (
            ("decimal", "1.10"),
            ("no decimal", None),
            ("datetime", "2024-09-01T12:30:00+00:00"),
            ("date", "2024-09-01"),
            ("time", "12:30:00"),
            ("timedelta", 60.5),
            ("uuid", "00000000-0000-0000-0000-000000000001"),
            ("path", "a/b"),
            ("enum", "red"),
            ("int enum", 3),
            ("dataclass", {"x": 1, "y": {"x": "2024-09-01", "y": None}}),
            ("ordered", {"b": 1, "a": 2}),
            ("set", [3]),
            ("range", [0, 1]),
            ("generator", [{"x": 0, "y": None}, {"x": 1, "y": None}]),
            ("keys", {"red": 1, "2024-09-01": 2, "00000000-0000-0000-0000-000000000001": 3, "null": 4, "1.10": 5}),
        ):
            with self.subTest(what):
                self.assertEqual(self.answer(what), expected)

    def test_what_can_t_be_names_its_type_and_place(self):
        for what, cause in (
            ("lambda", "NotJson: a value of type function at 'value' is not JSON"),
            ("fraction", "NotJson: a value of type Fraction at 'value[1].a' is not JSON"),
            ("class", "NotJson: a value of class Point at 'value' is not JSON"),
            ("complex", "NotJson: a value of type complex at 'value' is not JSON"),
            ("endless", "NotJson: the result is nested more than 200 levels deep or contains itself"),
        ):
            with self.subTest(what):
                self.assertEqual(self.cause(what), cause)

    def test_a_number_without_end_is_no_fault_of_the_caller(self):
        status, answer, _ = self.server.post_json({"do": "too long a number"})
        self.assertIn(status, (200, 500))  # 200 before Python had a limit
        self.assertIn("value" if status == 200 else "erno", answer)

    @unittest.skipUnless(importlib.util.find_spec("numpy"), "numpy is not installed")
    def test_values_of_numpy(self):
        for what, expected in (
            ("numpy.array([[1, 2]])", [[1, 2]]),
            ("{numpy.int64(3): numpy.bool_(True), 'f': numpy.float32('nan')}", {"3": True, "f": None}),
            ("numpy.array(['2024-09-01', 'NaT'], dtype='datetime64[ns]')", ["2024-09-01T00:00:00", None]),
            ("numpy.timedelta64(5, 's')", 5.0),
        ):
            with self.subTest(what):
                self.assertEqual(self.answer("import numpy\nvalue = " + what), expected)
        self.assertIn("type complex at 'value[0]'", self.cause("import numpy\nvalue = numpy.array([1j])"))

    @unittest.skipUnless(importlib.util.find_spec("pandas"), "pandas is not installed")
    def test_tables_and_columns_of_pandas(self):
        for what, expected in (
            (
                "pandas.DataFrame({'a': [1, 2], 'd': pandas.to_datetime(['2024-09-01', None]), 'c': pandas.Categorical(['x', 'y'])})",
                [{"a": 1, "d": "2024-09-01T00:00:00", "c": "x"}, {"a": 2, "d": None, "c": "y"}],
            ),
            ("pandas.DataFrame()", []),
            ("pandas.Series([1.5, None])", [1.5, None]),
            ("pandas.Series([1, None], dtype='Int64')", [1, None]),
            ("pandas.DatetimeIndex(['2024-09-01'], tz='UTC')", ["2024-09-01T00:00:00+00:00"]),
            ("[pandas.NA, pandas.NaT, pandas.Timestamp('2024-09-01 12:30'), pandas.Timedelta('1s')]", [None, None, "2024-09-01T12:30:00", 1.0]),
        ):
            with self.subTest(what):
                self.assertEqual(self.answer("import pandas\nvalue = " + what), expected)
        cause = self.cause("import pandas\nvalue = pandas.DataFrame([[1, 2]], columns=['a', 'a'])")
        self.assertEqual(cause, "NotJson: a value of type DataFrame at 'value' can't be converted: two of its columns have the same name")


if __name__ == "__main__":
    unittest.main()
