package dev.slipway.api.operation;

import java.util.regex.Pattern;

/**
 * An operation of the wire contract, or an additional one of Slipway.
 *
 * @param id in the wire contract and in OpenAPI
 * @param path with {@code {name}} for each segment that varies
 * @param title what it is for
 */
record Operation(String id, String method, String path, State state, String title) {

    /** Whether this version has it. */
    enum State {
        BUILT,
        NOT_BUILT,
        /** Built, but not in the wire contract. */
        EXTENSION
    }

    boolean isBuilt() {
        return state != State.NOT_BUILT;
    }

    /** The pattern of its paths. */
    Pattern paths() {
        return Pattern.compile(path.replaceAll("\\{[^}]+}", "[^/]+"));
    }
}
