# coding:utf-8
import collections
import json
import traceback

import pandas as pd

import model_service.log as log
from model_service.spark_model_service import SparkServingBaseService
from pyspark.ml.classification import LogisticRegressionModel

logger = log.getLogger(__name__)


class UserService(SparkServingBaseService):
    def _preprocess(self, data):
        logger.info("Begin to handle data from user data...")
        req_json = json.loads(data, object_pairs_hook=collections.OrderedDict)
        try:
            predict_spdf = self.spark.createDataFrame(pd.DataFrame(req_json["data"]["req_data"]))
        except Exception:
            logger.error(traceback.format_exc())
            raise Exception("check your request data does meet the requirements ?")
        return predict_spdf

    def _inference(self, data):
        from pyspark.ml.feature import VectorAssembler

        try:
            predict_model = LogisticRegressionModel.load(self.model_path)
            data = VectorAssembler(inputCols=["a", "b", "c"], outputCol="features").transform(data)
            return predict_model.transform(data).select("prediction")
        except Exception:
            logger.error(traceback.format_exc())
            raise Exception("Unable to load model and do dataframe transformation.")

    def _postprocess(self, pre_data):
        predict_str = pre_data.toPandas().to_json(orient="records")
        return json.loads(predict_str)
