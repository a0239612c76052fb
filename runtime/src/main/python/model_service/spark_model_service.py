"""Base class for engine Spark_MLlib: `model_path` is the folder `spark_model`, requests arrive as JSON text."""

import os

from model_service.model_service import ModelService


class SparkServingBaseService(ModelService):
    """`self.spark` is a session on this machine, there before the first request."""

    _slipway_engines = ("Spark_MLlib",)

    def __init__(self, model_path, *args, **kwargs):
        self.model_path = model_path

    @classmethod
    def _slipway_model_path(cls, model_dir, engine):
        return os.path.join(model_dir, "spark_model")

    def _slipway_prepare(self, model_path):
        return self.spark

    @property
    def spark(self):
        session = self.__dict__.get("_slipway_session")
        if session is None:
            session = self.__dict__["_slipway_session"] = _session()
        return session

    @spark.setter
    def spark(self, session):
        self.__dict__["_slipway_session"] = session


def _session():
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise ImportError("package 'pyspark' is needed for self.spark and is not installed") from missing
    # Spark asks for the address of the machine's name before it reads its settings.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.appName("model").master("local[%s]" % os.environ.get("OMP_NUM_THREADS", "1"))
    # Nobody but this process reaches it, also where the machine's own name leads to no address.
    for key, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.pyspark.enabled": "false",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
