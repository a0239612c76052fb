package dev.slipway.domain.model;

import dev.slipway.domain.storage.ObjectUri;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked to import.
 *
 * @param request the whole request body as it came (JSON text): show-model echoes its fields
 * @param source parent folder of {@code model/}
 * @param config the config.json that came with the request, which wins over the one in the package; null if none came
 */
public record ModelSpec(
        String name,
        String version,
        ModelType type,
        ObjectUri source,
        @Nullable String description,
        @Nullable String executionCode,
        @Nullable String runtime,
        @Nullable ModelConfig config,
        String request) {}
