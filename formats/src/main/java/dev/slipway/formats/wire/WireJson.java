package dev.slipway.formats.wire;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads {@link WireRecord}s. Safe for use by many threads. */
public final class WireJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private WireJson() {}

    /** The mapper, for a web framework. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** @throws JacksonException if the text is not JSON for that record */
    public static <T> T read(String json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }

    /** Any JSON. @throws JacksonException if the text is none */
    public static JsonNode tree(String json) {
        return MAPPER.readTree(json);
    }

    /** A record, or a map, list or scalar of them. */
    public static String write(Object body) {
        return MAPPER.writeValueAsString(body);
    }
}
