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

    /** Whether it can be read and has nothing in any field, as rows at the end of a sheet do. */
    public boolean isEmpty() {
        return problem == null && fields.stream().allMatch(field -> field.isEmpty() || field.equals("\u001a"));
    }
}
