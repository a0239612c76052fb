"""Trains on the flowers of samples/iris and writes model/iris.m. Needs numpy and XGBoost (xgboost-cpu)."""

import csv
import os

import numpy
import xgboost

HERE = os.path.dirname(os.path.abspath(__file__))
FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
SPECIES = ["setosa", "versicolor", "virginica"]

with open(os.path.join(HERE, "..", "iris", "training", "iris.csv"), newline="", encoding="ascii") as file:
    flowers = list(csv.DictReader(file))
rows = numpy.array([[float(flower[name]) for name in FEATURES] for flower in flowers])
labels = numpy.array([SPECIES.index(flower["species"]) for flower in flowers])
model = xgboost.train({"objective": "multi:softmax", "num_class": 3, "max_depth": 3, "seed": 1}, xgboost.DMatrix(rows, labels), 20)
model.save_model(os.path.join(HERE, "model", "iris.m"))
print("accuracy on all flowers: %.3f" % (model.predict(xgboost.DMatrix(rows)) == labels).mean())
