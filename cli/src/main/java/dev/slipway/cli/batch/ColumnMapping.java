package dev.slipway.cli.batch;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.formats.wire.WireJson;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a mapping rule from the schema of a model's requests: the first value is column 0, the next one column 1, in the schema's order. */
final class ColumnMapping {

    private static final Set<String> VALUES = Set.of("string", "number", "integer", "boolean");

    private int columns;

    private ColumnMapping() {}

    /**
     * The rule.
     *
     * @param apis of a model, as show-model has them: JSON text
     * @param model for people
     */
    static JsonNode of(String apis, String model) {
        for (JsonNode api : WireJson.tree(apis)) {
            if (api.path("url").asString("/").equals("/")
                    && api.path("input_params").isObject()) {
                ColumnMapping mapping = new ColumnMapping();
                JsonNode rule = mapping.numbered(api.path("input_params").deepCopy());
                if (mapping.columns > 0) {
                    return rule;
                }
            }
        }
        throw new CommandFailure(
                "model '%s' does not describe the values of its requests at '/', expected a JSON schema in its config.json: name a mapping rule by --mapping FILE"
                        .formatted(model));
    }

    private JsonNode numbered(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            if (VALUES.contains(object.path("type").asString(""))) {
                object.put("index", columns++);
                return object;
            }
            for (Map.Entry<String, JsonNode> property :
                    object.path("properties").properties()) {
                numbered(property.getValue());
            }
            JsonNode items = object.path("items");
            if (items.isObject()) {
                // A rule names the elements of an array one by one.
                numbered(items);
                object.putArray("items").add(items);
            } else {
                items.forEach(this::numbered);
            }
        }
        return schema;
    }
}
