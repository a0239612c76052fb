package dev.slipway.domain.model;

import java.util.Arrays;
import java.util.Optional;

/** The types of models that clients may name. Most are names of engines; {@link Engines} says which of these there are. */
public enum ModelType {
    CUSTOM("Custom"),
    SCIKIT_LEARN("Scikit_Learn"),
    TENSORFLOW("TensorFlow"),
    PYTORCH("PyTorch"),
    XGBOOST("XGBoost"),
    MINDSPORE("MindSpore"),
    CAFFE("Caffe"),
    SPARK_MLLIB("Spark_MLlib"),
    MXNET("MXNet"),
    IMAGE("Image"),
    TEMPLATE("Template");

    private final String wireName;

    ModelType(String wireName) {
        this.wireName = wireName;
    }

    /** The name in requests and in config.json. */
    public String wireName() {
        return wireName;
    }

    public static Optional<ModelType> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(type -> type.wireName.equals(name))
                .findFirst();
    }
}
