package dev.slipway.activities.batch;

import dev.slipway.domain.problem.Unavailable;
import org.jspecify.annotations.Nullable;

/**
 * Collects what object storage refused in an attempt while the rest of it went on, so that all refusals are known after one attempt and are
 * waited for together. Safe for use by many threads.
 */
final class Deferred {
    private static final int MOST = 64;

    private @Nullable Unavailable first;
    private int count;

    /** @throws Unavailable if so much was refused that the rest is not worth trying */
    synchronized void add(Unavailable refusal) {
        first = first == null ? refusal : first;
        count++;
        if (count >= MOST) {
            throw first;
        }
    }

    /** @throws Unavailable if anything was refused and the attempt has to be repeated */
    synchronized void throwIfAny() {
        if (first != null) {
            throw first;
        }
    }
}
