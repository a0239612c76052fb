package dev.slipway.activities.batch;

/** Work reports its progress here, and learns that it is cancelled. */
@FunctionalInterface
interface Liveness {
    Liveness NONE = done -> {};

    /**
     * Call it every few seconds at least.
     *
     * @param done the progress, in any unit
     * @throws RuntimeException if the work is cancelled or given to another worker
     */
    void alive(long done);
}
