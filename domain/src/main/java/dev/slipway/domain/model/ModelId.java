package dev.slipway.domain.model;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import java.util.UUID;

/** A model: one version of an AI application. A UUID with dashes; any other text names no model. */
public record ModelId(String value) {

    /** The form, as a regular expression of the whole text. */
    public static final String PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    public ModelId {
        if (!value.matches(PATTERN)) {
            throw new NotFound(ErrorCode.MODEL_UNKNOWN, "model '%s' does not exist".formatted(value));
        }
    }

    public static ModelId random() {
        return new ModelId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
