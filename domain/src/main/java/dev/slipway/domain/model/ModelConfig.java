package dev.slipway.domain.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A config.json as far as Slipway acts on it.
 *
 * @param text the whole document as it came, for the echo
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

    /** With the apis that came with the request. */
    public ModelConfig withApis(List<ModelApi> others) {
        return new ModelConfig(text, algorithm, type, runtime, metrics, dependencies, others);
    }
}
