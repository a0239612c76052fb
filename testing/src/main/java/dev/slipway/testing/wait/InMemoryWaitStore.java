package dev.slipway.testing.wait;

import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Waits in memory. Safe for use by many threads. */
public final class InMemoryWaitStore implements WaitStore {

    private final Map<String, Wait> waits = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Calls {@code listener} after each new wait, on the same thread, like a notification of the database. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void put(Wait wait) {
        synchronized (this) {
            Wait before = waits.get(wait.workflowId());
            if (before != null && before.condition().equals(wait.condition())) {
                return;
            }
            waits.put(wait.workflowId(), wait);
        }
        listeners.forEach(Runnable::run);
    }

    @Override
    public synchronized void remove(String workflowId) {
        waits.remove(workflowId);
    }

    @Override
    public synchronized void removeAll(String workflowId) {
        waits.keySet().removeIf(id -> id.equals(workflowId) || id.startsWith(workflowId + "/"));
    }

    @Override
    public synchronized List<Wait> all() {
        return waits.values().stream().sorted(Comparator.comparing(Wait::since)).toList();
    }
}
