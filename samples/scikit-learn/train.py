"""Trains on the flowers of samples/iris and writes model/iris.m. Needs scikit-learn: best the version that serves it."""

import csv
import os

import joblib
from sklearn.linear_model import LogisticRegression

HERE = os.path.dirname(os.path.abspath(__file__))
FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]

with open(os.path.join(HERE, "..", "iris", "training", "iris.csv"), newline="", encoding="ascii") as file:
    flowers = list(csv.DictReader(file))
rows = [[float(flower[name]) for name in FEATURES] for flower in flowers]
model = LogisticRegression(max_iter=1000).fit(rows, [flower["species"] for flower in flowers])
joblib.dump(model, os.path.join(HERE, "model", "iris.m"))
print("accuracy on all flowers: %.3f" % model.score(rows, [flower["species"] for flower in flowers]))
