package dev.slipway.domain.request;

import java.util.function.Supplier;

/** Keeps which request has set what going. */
public interface RequestStore {

    /**
     * What the key has set going. The first call of a key runs {@code command} and keeps its answer in the same transaction; calls
     * after it, also at the same moment, get that answer and run nothing. What throws leaves nothing behind, and the key is free again.
     * {@code command} may run more than once before it is committed.
     */
    Started once(RequestKey key, Supplier<Started> command);
}
