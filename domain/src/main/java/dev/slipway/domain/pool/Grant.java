package dev.slipway.domain.pool;

import java.time.Instant;

/** How a claim stands. */
public sealed interface Grant {

    /** The slots are the holder's. */
    record Granted(int count) implements Grant {}

    /**
     * The claim waits its turn.
     *
     * @param position 1 is next
     * @param free slots of the flavor that nobody holds now
     */
    record Waiting(int position, int wanted, int free, Instant since) implements Grant {}

    /** The holder does not stand in the book (never claimed, or released). */
    record None() implements Grant {}
}
