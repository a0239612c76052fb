package dev.slipway.formats.json;

import dev.slipway.domain.problem.ErrorCode;

/**
 * What is read, and how much of it is borne.
 *
 * @param name as messages call it, for example {@code request body} or {@code config.json}
 * @param code of every failure to read it
 * @param longest in bytes
 * @param deepest levels of objects and arrays
 */
public record JsonSource(String name, ErrorCode code, int longest, int deepest) {

    private static final int MEBIBYTE = 1 << 20;
    private static final int DEEPEST = 100;

    public JsonSource {
        if (longest < 1 || deepest < 1) {
            throw new IllegalArgumentException("json source '%s': limits must be at least 1".formatted(name));
        }
    }

    /** The body of an API request: at most 1 MiB, failures are ModelArts.0104. */
    public static JsonSource requestBody() {
        return new JsonSource("request body", ErrorCode.PARAMETER, MEBIBYTE, DEEPEST);
    }

    /** A document named {@code name} with failures of {@code code}: at most 1 MiB. */
    public static JsonSource named(String name, ErrorCode code) {
        return new JsonSource(name, code, MEBIBYTE, DEEPEST);
    }

    /** JSON text inside a string of this document. */
    JsonSource inside(String path) {
        return new JsonSource("%s, JSON text in '%s'".formatted(name, path), code, longest, deepest);
    }
}
