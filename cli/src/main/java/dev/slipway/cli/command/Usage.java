package dev.slipway.cli.command;

/** The command was called wrongly; the message says how. */
public final class Usage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Usage(String message) {
        super(message);
    }
}
