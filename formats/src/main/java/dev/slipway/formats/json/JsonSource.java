package dev.slipway.formats.json;

import dev.slipway.domain.problem.ErrorCode;

/**
 * The source of a document, and its limits. Besides the length also the values are limited, see {@link #HEAVIEST}.
 *
 * @param name in messages, for example {@code request body} or {@code config.json}
 * @param code of every failure to read it
 * @param longest in bytes
 * @param deepest levels of objects and arrays
 */
public record JsonSource(String name, ErrorCode code, int longest, int deepest) {

    /**
     * The limit for the sum of the levels of all values, which bounds the cost of many and of deep values. A value of the outermost object
     * counts 1, one in an object in it 2.
     */
    static final int HEAVIEST = 200_000;

    private static final int KIBIBYTE = 1 << 10;
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

    /** The body of a request that anybody may send: at most 64 KiB, failures are ModelArts.0104. */
    public static JsonSource bodyWithoutToken() {
        return new JsonSource("request body", ErrorCode.PARAMETER, 64 * KIBIBYTE, DEEPEST);
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
