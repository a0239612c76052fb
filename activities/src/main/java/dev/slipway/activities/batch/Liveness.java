package dev.slipway.activities.batch;

/** Tells that work goes on, and learns that it shall not. */
@FunctionalInterface
interface Liveness {
    Liveness NONE = done -> {};

    /**
     * To be called at least each few seconds.
     *
     * @param done how far it is, in any unit
     * @throws RuntimeException if the work is cancelled or no longer ours
     */
    void alive(long done);
}
