package dev.slipway.domain.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a config.json that Slipway uses.
 *
 * @param text the whole document as sent, for show-model
 * @param metrics JSON text, null if absent
 * @param dependencies JSON text of the array, null if absent or empty
 */
public record ModelConfig(
        String text,
        @Nullable String algorithm,
        ModelType type,
        @Nullable String runtime,
        @Nullable String metrics,
        @Nullable String dependencies,
        List<ModelApi> apis) {

    public ModelConfig {
        apis = List.copyOf(apis);
    }

    /** With the apis of the request. */
    public ModelConfig withApis(List<ModelApi> others) {
        return new ModelConfig(text, algorithm, type, runtime, metrics, dependencies, others);
    }
}
