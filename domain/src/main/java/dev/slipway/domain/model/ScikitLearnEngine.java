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
        return XG_SKL;
    }

    @Override
    public Optional<Lack> check(List<String> files) {
        return Lack.ofSavedFile(this, files, "joblib");
    }

    @Override
    public List<String> modelFiles(List<String> files) {
        return Engine.besideCode(files, ".m");
    }

    @Override
    public boolean takes(String contentType) {
        return !contentType.startsWith("multipart/");
    }
}
