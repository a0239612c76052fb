package dev.slipway.testing.instance;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads and processes do. */
public final class Await {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration TURN = Duration.ofMillis(10);

    private Await() {}

    /** Returns as soon as the condition holds; fails with {@code found} after 30 s. */
    public static void until(String expected, BooleanSupplier condition, Supplier<?> found) {
        until(expected, LIMIT, condition, found);
    }

    /** As {@link #until(String, BooleanSupplier, Supplier)}, with a limit of its own. */
    public static void until(String expected, Duration limit, BooleanSupplier condition, Supplier<?> found) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("expected within %s: %s, found: %s".formatted(limit, expected, found.get()));
            }
            LockSupport.parkNanos(TURN.toNanos());
        }
    }
}
