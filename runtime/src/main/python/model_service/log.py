"""`model_service.log.getLogger(name)`, the other place where packages look for it."""

from log import getLogger

__all__ = ["getLogger"]
