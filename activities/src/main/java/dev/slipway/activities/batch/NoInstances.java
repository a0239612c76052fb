package dev.slipway.activities.batch;

/** No instance of the task was ready for too long. */
final class NoInstances extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoInstances(String message) {
        super(message);
    }
}
