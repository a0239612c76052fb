"""The packages that ship with Slipway are served as their README says."""

import csv
import os
import shutil
import unittest

from runtime_fixture import SOURCES, Folder, Server

IRIS = os.path.abspath(os.path.join(SOURCES, "..", "..", "..", "..", "samples", "iris"))
FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


class IrisTests(Folder):
    def serve(self, version, env=None):
        model = os.path.join(self.folder, version, "model")
        shutil.copytree(os.path.join(IRIS, version, "model"), model)
        server = Server(model, env=env)
        self.addCleanup(server.close)
        return server

    def ask(self, server, *rows):
        return server.post_json({"data": {"req_data": [dict(zip(FEATURES, row)) for row in rows]}})

    def test_answers_label_probability_and_version(self):
        for version in ("0.0.1", "0.0.2", "0.0.3"):
            status, answer, _ = self.ask(self.serve(version).ready(), [5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5])
            self.assertEqual((status, answer["version"]), (200, version))
            self.assertEqual([row["label"] for row in answer["data"]["resp_data"]], ["setosa", "virginica"])
            self.assertGreater(answer["data"]["resp_data"][0]["probability"], 0.9)

    def test_versions_differ_in_their_probabilities(self):
        first, second = (self.ask(self.serve(version).ready(), [5.1, 3.5, 1.4, 0.2])[1]["data"] for version in ("0.0.1", "0.0.2"))
        self.assertNotEqual(first, second)

    def test_is_as_accurate_on_all_rows_as_a_trained_model_should_be(self):
        with open(os.path.join(IRIS, "training", "iris.csv"), newline="", encoding="ascii") as file:
            rows = list(csv.DictReader(file))
        _, answer, _ = self.ask(self.serve("0.0.1").ready(), *([float(row[name]) for name in FEATURES] for row in rows))
        right = sum(found["label"] == row["species"] for found, row in zip(answer["data"]["resp_data"], rows))
        self.assertGreaterEqual(right, 0.95 * len(rows))

    def test_the_files_of_a_batch_have_four_numbers_a_row_and_no_header(self):
        for name in os.listdir(os.path.join(IRIS, "batch")):
            with open(os.path.join(IRIS, "batch", name), newline="", encoding="ascii") as file:
                for row in csv.reader(file):
                    self.assertEqual(len([float(value) for value in row]), 4)

    def test_wrong_rows_are_the_callers_fault(self):
        server = self.serve("0.0.1").ready()
        self.assertEqual(self.ask(server, [5.1])[0], 400)
        status, _, headers = self.ask(server, [5.1, "wide", 1, 1])
        self.assertEqual((status, headers["X-Error-Cause"]), (400, "TypeError: row 1: 'sepal_width' must be a number, found 'wide'"))

    def test_a_threshold_that_is_no_number_fails_the_load(self):
        server = self.serve("0.0.3", {"THRESHOLD": "high"})
        self.assertEqual(server.exit_code(), 3)
        self.assertIn("ValueError: could not convert string to float: 'high'", server.event("failed")["cause"])

    def test_a_threshold_makes_it_say_unsure(self):
        answer = self.ask(self.serve("0.0.3", {"THRESHOLD": "0.99"}).ready(), [6.0, 2.7, 5.1, 1.6])[1]
        self.assertEqual(answer["data"]["resp_data"][0]["label"], "unsure")


if __name__ == "__main__":
    unittest.main()
