package dev.slipway.client;

import java.net.URI;

/** There was no answer, or not in the form of the API, or the expected state did not come in time. */
public final class NoAnswer extends ClientFailure {

    private static final long serialVersionUID = 1L;

    NoAnswer(String message) {
        super(message);
    }

    NoAnswer(String message, Throwable cause) {
        super(message, cause);
    }

    static NoAnswer to(String method, URI uri, String why, Throwable cause) {
        return new NoAnswer("%s %s: %s".formatted(method, uri, why), cause);
    }
}
