package dev.slipway.adapters.postgres;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conditions of a list as SQL. A condition whose value is null is left out. */
public final class Matching {

    private final List<String> conditions = new ArrayList<>();
    private final List<Object> parameters = new ArrayList<>();

    /** @param condition with one {@code ?} */
    public Matching where(String condition, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            parameters.add(value);
        }
        return this;
    }

    /** Whether the column contains the text, ignoring case; {@code %} and {@code _} have no special meaning. */
    public Matching contains(String column, @Nullable String text) {
        String pattern = text == null
                ? null
                : "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
        return where(column + " ILIKE ?", pattern);
    }

    /** {@code WHERE ...}, or nothing. */
    public String sql() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /** The values of all conditions, in their order. */
    public List<Object> parameters() {
        return List.copyOf(parameters);
    }
}
