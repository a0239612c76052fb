package dev.slipway.testing.request;

import dev.slipway.domain.request.RequestKey;
import dev.slipway.domain.request.RequestStore;
import dev.slipway.domain.request.Started;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** {@link RequestStore} in memory: one request at a time. Safe for use by many threads. */
public final class InMemoryRequestStore implements RequestStore {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<RequestKey, Started> started = new LinkedHashMap<>();

    @Override
    public Started once(RequestKey key, Supplier<Started> command) {
        lock.lock();
        try {
            Started first = started.get(key);
            if (first != null) {
                return first;
            }
            Started made = command.get();
            started.put(key, made);
            return made;
        } finally {
            lock.unlock();
        }
    }
}
