package dev.slipway.adapters.local;

/** An instance could not be started; the message is the cause for its user. */
final class LaunchFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What another try is worth. */
    private enum Kind {
        FOR_NOW,
        FOR_GOOD,
        OUTAGE
    }

    private LaunchFailure(String message, Kind kind) {
        super(message);
        this.kind = kind;
    }

    /** Another try may succeed. */
    static LaunchFailure forNow(String message) {
        return new LaunchFailure(message, Kind.FOR_NOW);
    }

    /** No other try can succeed. */
    static LaunchFailure forGood(String message) {
        return new LaunchFailure(message, Kind.FOR_GOOD);
    }

    /** Something that is needed does not answer: its instance is not at fault, however many tries there are. */
    static LaunchFailure ofOutage(String message) {
        return new LaunchFailure(message, Kind.OUTAGE);
    }

    boolean isForGood() {
        return kind == Kind.FOR_GOOD;
    }

    boolean isOutage() {
        return kind == Kind.OUTAGE;
    }
}
