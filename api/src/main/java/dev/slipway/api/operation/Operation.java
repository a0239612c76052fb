package dev.slipway.api.operation;

import java.util.regex.Pattern;

/**
 * An operation of the wire contract, or one of ours beside it.
 *
 * @param id as the documents and OpenAPI name it
 * @param path with {@code {name}} for each segment that varies
 * @param title what it is for
 */
record Operation(String id, String method, String path, State state, String title) {

    /** Whether this version has it. */
    enum State {
        BUILT,
        NOT_BUILT,
        /** Built, and named by no document. */
        EXTENSION
    }

    boolean isBuilt() {
        return state != State.NOT_BUILT;
    }

    /** The pattern of paths that are this one's. */
    Pattern paths() {
        return Pattern.compile(path.replaceAll("\\{[^}]+}", "[^/]+"));
    }
}
