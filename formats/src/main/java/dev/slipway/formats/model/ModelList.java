package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** Some of the models of a project. {@code totalCount}: all that the query fits; {@code count}: those in this answer. */
@WireRecord
public record ModelList(long totalCount, int count, List<ModelItem> models) {
    public ModelList {
        models = List.copyOf(models);
    }
}
