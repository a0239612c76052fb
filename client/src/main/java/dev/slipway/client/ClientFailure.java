package dev.slipway.client;

/** A call failed. The message names the call, what was expected and what was found. */
public abstract sealed class ClientFailure extends RuntimeException permits RefusedCall, NoAnswer {

    private static final long serialVersionUID = 1L;

    ClientFailure(String message) {
        super(message);
    }

    ClientFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
