package dev.slipway.adapters.local;

/** An instance could not be started; the message is the cause for its user. */
final class LaunchFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean forGood;

    private LaunchFailure(String message, boolean forGood) {
        super(message);
        this.forGood = forGood;
    }

    /** Another try may succeed. */
    static LaunchFailure forNow(String message) {
        return new LaunchFailure(message, false);
    }

    /** No other try can succeed. */
    static LaunchFailure forGood(String message) {
        return new LaunchFailure(message, true);
    }

    boolean isForGood() {
        return forGood;
    }
}
