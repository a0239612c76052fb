package dev.slipway.client;

/** A call did not end as it should. The message says what was asked, what was expected and what was found. */
public abstract sealed class ClientFailure extends RuntimeException permits RefusedCall, NoAnswer {

    private static final long serialVersionUID = 1L;

    ClientFailure(String message) {
        super(message);
    }

    ClientFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
