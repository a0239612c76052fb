package dev.slipway.domain.model;

import java.util.Arrays;
import java.util.Optional;

/** The engines that clients may name, and which of them are built by now. */
public enum ModelType {
    CUSTOM("Custom", true),
    SCIKIT_LEARN("Scikit_Learn", true),
    TENSORFLOW("TensorFlow", false),
    PYTORCH("PyTorch", false),
    XGBOOST("XGBoost", false),
    MINDSPORE("MindSpore", false),
    CAFFE("Caffe", false),
    SPARK_MLLIB("Spark_MLlib", false),
    MXNET("MXNet", false),
    IMAGE("Image", false),
    TEMPLATE("Template", false);

    private final String wireName;
    private final boolean built;

    ModelType(String wireName, boolean built) {
        this.wireName = wireName;
        this.built = built;
    }

    /** The name in requests and in config.json. */
    public String wireName() {
        return wireName;
    }

    /** Whether models of this type can be imported by this version of Slipway. */
    public boolean isBuilt() {
        return built;
    }

    public static Optional<ModelType> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(type -> type.wireName.equals(name))
                .findFirst();
    }
}
