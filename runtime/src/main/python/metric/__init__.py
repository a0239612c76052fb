"""Here for packages that import `metric.metrics_manager`."""
