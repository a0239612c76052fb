package dev.slipway.standalone.command;

/** The command was called wrongly; the message says how. */
public final class Usage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Usage(String message) {
        super(message);
    }
}
