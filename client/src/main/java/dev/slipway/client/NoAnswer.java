package dev.slipway.client;

import java.net.URI;

/** Nobody answered, not as the API does, or not what was waited for in time. */
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
