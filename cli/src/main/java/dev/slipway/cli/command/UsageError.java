package dev.slipway.cli.command;

/** The command was called wrongly; the message says how. */
public final class UsageError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UsageError(String message) {
        super(message);
    }
}
