package dev.slipway.formats.batch;

import dev.slipway.domain.batch.RowMark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table.
 *
 * @param at where it begins
 * @param fields empty if the row cannot be read
 * @param problem why it cannot be read; null if it can
 */
public record TableRow(
        RowMark at, List<String> fields, @Nullable String problem) {
    public TableRow {
        fields = List.copyOf(fields);
    }
}
