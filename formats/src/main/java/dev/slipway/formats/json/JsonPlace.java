package dev.slipway.formats.json;

import dev.slipway.domain.problem.Invalid;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The position of a value. Its path is computed only when needed, because a document has as many positions as values. */
public final class JsonPlace {

    private static final int LONGEST_NAME = 80;

    private final JsonSource source;
    private final @Nullable JsonPlace parent;
    private final String name;
    private final int index;
    private final int line;
    private final int column;

    /** @param index in an array; negative for a field or the whole */
    private JsonPlace(JsonSource source, @Nullable JsonPlace parent, String name, int index, int line, int column) {
        this.source = source;
        this.parent = parent;
        this.name = name;
        this.index = index;
        this.line = line;
        this.column = column;
    }

    static JsonPlace whole(JsonSource source, int line, int column) {
        return new JsonPlace(source, null, "", -1, line, column);
    }

    public JsonSource source() {
        return source;
    }

    /** For example {@code config[0].weight}, with long names cut; empty for the whole document. */
    public String path() {
        Deque<JsonPlace> steps = new ArrayDeque<>();
        for (JsonPlace place = this; place != null && place.parent != null; place = place.parent) {
            steps.push(place);
        }
        StringBuilder path = new StringBuilder();
        for (JsonPlace step : steps) {
            if (step.index >= 0) {
                path.append('[').append(step.index).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(shortened(step.name));
            }
        }
        return path.toString();
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** In characters, from 1. */
    public int column() {
        return column;
    }

    /** The failure that names this position. */
    public Invalid problem(String message) {
        String path = path();
        String where = path.isEmpty() ? "" : " '" + path + "':";
        return new Invalid(
                source.code(),
                path.isEmpty() ? null : path,
                "%s, line %d, column %d:%s %s".formatted(source.name(), line, column, where, message));
    }

    JsonPlace field(String name, int atLine, int atColumn) {
        return new JsonPlace(source, this, name, -1, atLine, atColumn);
    }

    JsonPlace element(int index, int atLine, int atColumn) {
        return new JsonPlace(source, this, "", index, atLine, atColumn);
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
    }
}
