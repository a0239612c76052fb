package dev.slipway.domain.pool;

import java.time.Instant;

/** The state of a claim. */
public sealed interface Grant {

    /** The holder has the slots. */
    record Granted(int count) implements Grant {}

    /**
     * The claim waits.
     *
     * @param position 1 is next
     * @param free slots of the flavor now
     */
    record Waiting(int position, int wanted, int free, Instant since) implements Grant {}

    /** There is no claim of the holder (never claimed, or released). */
    record None() implements Grant {}
}
