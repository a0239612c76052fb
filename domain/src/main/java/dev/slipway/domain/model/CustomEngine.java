package dev.slipway.domain.model;

import java.util.List;
import java.util.Optional;

/** Runs the service class of a package. */
record CustomEngine() implements Engine {

    @Override
    public ModelType type() {
        return ModelType.CUSTOM;
    }

    @Override
    public String baseClass() {
        return "model_service.model_service.SingleNodeService";
    }

    @Override
    public Optional<Lack> check(List<String> files) {
        return Lack.ofCode(this, files);
    }

    @Override
    public List<String> modelFiles(List<String> files) {
        return List.of();
    }

    @Override
    public boolean takes(String contentType) {
        return true;
    }
}
