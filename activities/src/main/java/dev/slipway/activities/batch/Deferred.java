package dev.slipway.activities.batch;

import dev.slipway.domain.problem.Unavailable;
import org.jspecify.annotations.Nullable;

/**
 * What object storage refused in an attempt while the rest of it went on, so that all that is refused is known at once and waits
 * together. Safe for use by many threads.
 */
final class Deferred {
    private static final int MOST = 64;

    private @Nullable Unavailable first;
    private int count;

    /** @throws Unavailable if so much was refused that the rest is not worth the try */
    synchronized void add(Unavailable refusal) {
        first = first == null ? refusal : first;
        count++;
        if (count >= MOST) {
            throw first;
        }
    }

    /** @throws Unavailable if anything was refused: the attempt has to be made again */
    synchronized void throwIfAny() {
        if (first != null) {
            throw first;
        }
    }
}
