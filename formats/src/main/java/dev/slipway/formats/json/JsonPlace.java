package dev.slipway.formats.json;

import dev.slipway.domain.problem.Invalid;

/**
 * Where a value stands.
 *
 * @param path for example {@code config[0].weight}; empty for the whole document
 * @param line from 1
 * @param column in characters, from 1
 */
public record JsonPlace(JsonSource source, String path, int line, int column) {

    /** The failure that names this place. */
    public Invalid problem(String message) {
        String where = path.isEmpty() ? "" : " '" + path + "':";
        return new Invalid(
                source.code(),
                path.isEmpty() ? null : path,
                "%s, line %d, column %d:%s %s".formatted(source.name(), line, column, where, message));
    }

    JsonPlace field(String name, int atLine, int atColumn) {
        return new JsonPlace(source, path.isEmpty() ? name : path + "." + name, atLine, atColumn);
    }

    JsonPlace element(int index, int atLine, int atColumn) {
        return new JsonPlace(source, path + "[" + index + "]", atLine, atColumn);
    }
}
