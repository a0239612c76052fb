"""The server that hosts one model package. Private: packages import `model_service`, `log` and `metric` only."""
