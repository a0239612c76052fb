"""Trains the iris classifiers of this folder: multinomial logistic regression in plain Python.

    python3 training/train.py

writes `weights.json` and the metrics in `config.json` of each version, and the rows of `batch/` from the held-out part.
The result is the same on every run.
"""

import csv
import json
import math
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
# Version -> strength of the L2 regularisation.
VERSIONS = {"0.0.1": 0.001, "0.0.2": 0.05, "0.0.3": 0.05}
HELD_OUT_PER_CLASS = 15
ROUNDS = 4000
STEP = 0.5


def read_rows():
    with open(os.path.join(HERE, "iris.csv"), newline="", encoding="ascii") as file:
        return [([float(row[name]) for name in FEATURES], row["species"]) for row in csv.DictReader(file)]


def split(rows, labels):
    """The same stratified split always: 105 rows to train on, 45 that training never sees."""
    dice = random.Random(20)
    train, held_out = [], []
    for label in labels:
        own = [row for row in rows if row[1] == label]
        dice.shuffle(own)
        held_out += own[:HELD_OUT_PER_CLASS]
        train += own[HELD_OUT_PER_CLASS:]
    return train, held_out


def scale_of(rows):
    """Mean and standard deviation of each feature, from the training rows alone."""
    columns = list(zip(*(values for values, _ in rows)))
    means = [sum(column) / len(column) for column in columns]
    deviations = [math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) for column, mean in zip(columns, means)]
    return means, deviations


def probabilities(weights, values):
    scores = [row[0] + sum(weight * value for weight, value in zip(row[1:], values)) for row in weights]
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def train(rows, labels, means, deviations, regularisation):
    """Gradient descent on the cross-entropy; one row of weights per label, the first of a row is its intercept."""
    points = [
        ([(value - mean) / deviation for value, mean, deviation in zip(values, means, deviations)], labels.index(label))
        for values, label in rows
    ]
    weights = [[0.0] * (len(FEATURES) + 1) for _ in labels]
    for _ in range(ROUNDS):
        gradient = [[0.0] * len(row) for row in weights]
        for values, wanted in points:
            for index, probability in enumerate(probabilities(weights, values)):
                error = probability - (1.0 if index == wanted else 0.0)
                gradient[index][0] += error
                for position, value in enumerate(values, 1):
                    gradient[index][position] += error * value
        for row, slopes in zip(weights, gradient):
            for position, slope in enumerate(slopes):
                penalty = regularisation * row[position] if position else 0.0
                row[position] -= STEP * (slope / len(points) + penalty)
    return weights


def metrics(rows, labels, means, deviations, weights):
    """Accuracy, and the mean over the classes of precision, recall and F1."""
    counts = [[0] * len(labels) for _ in labels]
    for values, label in rows:
        scaled = [(value - mean) / deviation for value, mean, deviation in zip(values, means, deviations)]
        found = probabilities(weights, scaled)
        counts[labels.index(label)][found.index(max(found))] += 1
    classes = range(len(labels))
    precision = [counts[index][index] / max(1, sum(row[index] for row in counts)) for index in classes]
    recall = [counts[index][index] / max(1, sum(counts[index])) for index in classes]
    f1 = [2 * p * r / (p + r) if p + r else 0.0 for p, r in zip(precision, recall)]
    right = sum(counts[index][index] for index in classes)
    means_of = {"f1": f1, "recall": recall, "precision": precision}
    found = {name: round(sum(values) / len(labels), 4) for name, values in means_of.items()}
    return dict(found, accuracy=round(right / len(rows), 4))


def write_json(path, document):
    with open(path, "w", encoding="ascii") as file:
        json.dump(document, file, indent=2)
        file.write("\n")


def write_batch(held_out):
    """Three files of 15 unlabelled rows, no header: what a batch job gets."""
    for number in range(3):
        name = os.path.join(HERE, "..", "batch", "garden-%d.csv" % (number + 1))
        with open(name, "w", newline="", encoding="ascii") as file:
            csv.writer(file, lineterminator="\n").writerows(values for values, _ in held_out[number::3])


def main():
    rows = read_rows()
    labels = sorted({label for _, label in rows})
    train_rows, held_out = split(rows, labels)
    means, deviations = scale_of(train_rows)
    for version, regularisation in VERSIONS.items():
        weights = train(train_rows, labels, means, deviations, regularisation)
        found = metrics(held_out, labels, means, deviations, weights)
        model = os.path.join(HERE, "..", version, "model")
        write_json(
            os.path.join(model, "weights.json"),
            {
                "version": version,
                "features": FEATURES,
                "labels": labels,
                "means": [round(value, 6) for value in means],
                "deviations": [round(value, 6) for value in deviations],
                "weights": [[round(value, 6) for value in row] for row in weights],
            },
        )
        config = os.path.join(model, "config.json")
        with open(config, encoding="ascii") as file:
            document = json.load(file)
        document["metrics"] = found
        write_json(config, document)
        print("%s  regularisation %-6g held out: %s" % (version, regularisation, found))
    write_batch(held_out)


if __name__ == "__main__":
    main()
