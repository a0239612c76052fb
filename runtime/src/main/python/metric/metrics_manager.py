"""Metrics of a package; nothing reads them yet, and packages only ever add keys."""


class MetricsManager:
    metrics = {}
