"""`model_service.log.getLogger(name)`, the other module from which packages import it."""

from log import getLogger

__all__ = ["getLogger"]
