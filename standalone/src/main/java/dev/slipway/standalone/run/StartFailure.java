package dev.slipway.standalone.run;

/** Something cannot be started on this machine or with these settings; the message says why and what to do. */
public final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartFailure(String message) {
        super(message);
    }
}
