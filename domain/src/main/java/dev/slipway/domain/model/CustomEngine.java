package dev.slipway.domain.model;

import dev.slipway.domain.environment.EnvironmentSpec;
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
    public List<String> runtimes() {
        return List.of();
    }

    @Override
    public EnvironmentSpec environment() {
        return new EnvironmentSpec(name(), Engines.PYTHON, List.of());
    }

    @Override
    public Optional<Lack> check(List<String> files) {
        return files.contains(CODE)
                ? Optional.empty()
                : Optional.of(new Lack(
                        CODE,
                        "engine '%s' has no default service class, so the package needs '%%s%s'"
                                .formatted(name(), CODE),
                        "Add model/%s with a class that extends %s.".formatted(CODE, baseClass())));
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
