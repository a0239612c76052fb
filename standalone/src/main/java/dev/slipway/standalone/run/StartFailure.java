package dev.slipway.standalone.run;

/** What was to be started cannot be, as this machine or its settings are; the message says why and what to do. */
public final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
        super(message);
    }
}
