package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Templates of models (wire contract 2.7). */
@WireRecord
public record TemplatePage(long totalCount, int count, List<JsonNode> templates) {
    public TemplatePage {
        templates = List.copyOf(templates);
    }
}
