package dev.slipway.domain.model;

import java.util.List;
import java.util.Optional;

/** Runs the service class of a package beside a local Spark session; the model is the folder {@code spark_model}. */
record SparkEngine() implements Engine {

    private static final String MODEL = "spark_model/";

    @Override
    public ModelType type() {
        return ModelType.SPARK_MLLIB;
    }

    @Override
    public String baseClass() {
        return "model_service.spark_model_service.SparkServingBaseService";
    }

    @Override
    public Optional<Lack> check(List<String> files) {
        return Lack.ofCode(this, files)
                .or(
                        () -> files.stream().anyMatch(path -> path.startsWith(MODEL))
                                ? Optional.empty()
                                : Optional.of(
                                        new Lack(
                                                "spark_model",
                                                "engine 'Spark_MLlib' needs the folder 'spark_model' in '%s', found none",
                                                "Save the model by model.save as a folder spark_model, and upload it into the folder 'model'.")));
    }

    @Override
    public boolean takes(String contentType) {
        return !contentType.startsWith("multipart/");
    }
}
