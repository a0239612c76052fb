package dev.slipway.activities.batch;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Those who wait for a permit, in the order of their turns: only the first may take one. Used under the lock of its owner. */
final class PermitQueue {

    private final Lock lock;
    private final NavigableMap<Long, Condition> waiting = new TreeMap<>();

    PermitQueue(Lock lock) {
        this.lock = lock;
    }

    /** What the caller of this turn waits on; it calls {@link #leave} whatever comes of it. */
    Condition join(long turn) {
        Condition called = lock.newCondition();
        waiting.put(turn, called);
        return called;
    }

    void leave(long turn) {
        waiting.remove(turn);
    }

    boolean isFirst(long turn) {
        return waiting.firstKey() == turn;
    }

    int size() {
        return waiting.size();
    }

    void callFirst() {
        waiting.values().stream().findFirst().ifPresent(Condition::signalAll);
    }

    void callAll() {
        waiting.values().forEach(Condition::signalAll);
    }
}
