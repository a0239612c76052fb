package dev.slipway.domain.model;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a config.json that Slipway uses.
 *
 * @param text the whole document as sent, for show-model
 * @param metrics JSON text, null if absent
 * @param dependencies in order; older rows have none
 */
public record ModelConfig(
        String text,
        @Nullable String algorithm,
        ModelType type,
        @Nullable String runtime,
        @Nullable String metrics,
        List<Dependency> dependencies,
        List<ModelApi> apis) {

    public ModelConfig {
        dependencies = List.copyOf(Objects.requireNonNullElse(dependencies, List.of()));
        apis = List.copyOf(apis);
    }

    /** With the apis of the request. */
    public ModelConfig withApis(List<ModelApi> others) {
        return new ModelConfig(text, algorithm, type, runtime, metrics, dependencies, others);
    }

    /** With the dependencies of the request. */
    public ModelConfig withDependencies(List<Dependency> others) {
        return new ModelConfig(text, algorithm, type, runtime, metrics, others, apis);
    }
}
