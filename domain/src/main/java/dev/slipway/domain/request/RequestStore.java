package dev.slipway.domain.request;

import java.util.function.Supplier;

/** Keeps what each request has started. */
public interface RequestStore {

    /**
     * Returns what the request has started. The first call of a key runs {@code command} and stores its result in the same transaction.
     * Later and concurrent calls return that result and run nothing. If {@code command} throws, nothing is stored. {@code command} may run
     * more than once before it is committed.
     */
    Started once(RequestKey key, Supplier<Started> command);
}
