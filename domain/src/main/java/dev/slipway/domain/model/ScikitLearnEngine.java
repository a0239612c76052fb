package dev.slipway.domain.model;

import java.util.List;
import java.util.Optional;

/** Loads a model that was saved by joblib. A service class in the package is optional. */
record ScikitLearnEngine() implements Engine {

    @Override
    public ModelType type() {
        return ModelType.SCIKIT_LEARN;
    }

    @Override
    public String baseClass() {
        return "model_service.python_model_service.XgSklServingBaseService";
    }

    @Override
    public Optional<Lack> check(List<String> files) {
        return modelFiles(files).isEmpty()
                ? Optional.of(new Lack(
                        name(),
                        "expected a file '*.m' in '%s', found none",
                        "Save the model by joblib as a file that ends in .m, and upload it into the folder 'model'."))
                : Optional.empty();
    }

    @Override
    public List<String> modelFiles(List<String> files) {
        return files.stream()
                .filter(path -> path.endsWith(".m") && !path.contains("/"))
                .toList();
    }

    @Override
    public boolean takes(String contentType) {
        return !contentType.startsWith("multipart/");
    }
}
