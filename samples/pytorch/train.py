"""Trains on the flowers of samples/iris and writes model/iris.pth. Needs PyTorch."""

import csv
import os
import sys

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "model"))

from network import FEATURES, SPECIES, network  # noqa: E402 (found by the line above)

torch.manual_seed(1)
with open(os.path.join(HERE, "..", "iris", "training", "iris.csv"), newline="", encoding="ascii") as file:
    flowers = list(csv.DictReader(file))
rows = torch.tensor([[float(flower[name]) for name in FEATURES] for flower in flowers])
labels = torch.tensor([SPECIES.index(flower["species"]) for flower in flowers])
model = network()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for _ in range(400):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(rows), labels).backward()
    optimizer.step()
torch.save(model.state_dict(), os.path.join(HERE, "model", "iris.pth"))
print("accuracy on all flowers: %.3f" % (model(rows).argmax(dim=1) == labels).float().mean().item())
