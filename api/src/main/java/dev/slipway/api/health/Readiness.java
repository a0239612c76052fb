package dev.slipway.api.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether all checks succeed. However many ask at once, a server gets at most one call a second, and one that does not answer gets none
 * until that call has ended.
 */
public final class Readiness implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Checked> checks;
    private final LongSupplier nanos;

    public Readiness(List<ReadyCheck> checks) {
        this(checks, System::nanoTime);
    }

    /** @param nanos a clock that never goes back */
    Readiness(List<ReadyCheck> checks, LongSupplier nanos) {
        this.checks = checks.stream().map(Checked::new).toList();
        this.nanos = nanos;
    }

    /** Why it is not ready, a reason for each check; empty if it is. Blocks for at most 2 s. */
    public List<String> reasons() throws InterruptedException {
        List<Asked> asked = checks.stream().map(this::ask).toList();
        List<String> reasons = new ArrayList<>();
        for (Asked each : asked) {
            String problem = problem(each);
            if (problem != null) {
                reasons.add(each.name() + ": " + problem);
            }
        }
        return reasons;
    }

    private Asked ask(Checked checked) {
        long now = nanos.getAsLong();
        synchronized (checked) {
            Asked last = checked.last;
            boolean isOld = last == null || (last.answer().isDone() && now - last.at() >= KEPT.toNanos());
            if (last == null || isOld) {
                last = new Asked(checked.check.name(), now, new CompletableFuture<>());
                checked.last = last;
                CompletableFuture<@Nullable String> answer = last.answer();
                threads.execute(() -> run(checked.check, answer));
            }
            return last;
        }
    }

    private static void run(ReadyCheck check, CompletableFuture<@Nullable String> answer) {
        try {
            check.call().run();
            answer.complete(null);
        } catch (Throwable failure) { // an edge: whatever it is, it is the reason
            String message = failure.getMessage();
            answer.complete(message == null ? failure.getClass().getSimpleName() : message);
        }
    }

    private @Nullable String problem(Asked asked) throws InterruptedException {
        long left = LIMIT.toNanos() - (nanos.getAsLong() - asked.at());
        try {
            return asked.answer().get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException silent) {
            return "no answer for %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - asked.at()));
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("check '%s' completes normally".formatted(asked.name()), impossible);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** A check and its last call. */
    private static final class Checked {
        private final ReadyCheck check;
        private @Nullable Asked last;

        Checked(ReadyCheck check) {
            this.check = check;
        }
    }

    /** @param answer null as a result if the check succeeded */
    private record Asked(String name, long at, CompletableFuture<@Nullable String> answer) {}
}
