package dev.slipway.adapters.postgres;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON columns. Unknown fields are ignored, so that an older process can read what a newer one wrote; parts of records are only added.
 * Never used for input of users.
 */
public final class PostgresJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(AddressJson.module())
            .addModule(ModelSourceJson.module())
            .build();

    private PostgresJson() {}

    /** To be bound with {@code ::jsonb}. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    public static <T> T read(String json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }

    public static <T> T read(String json, TypeReference<T> type) {
        return MAPPER.readValue(json, type);
    }
}
