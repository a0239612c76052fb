package dev.slipway.activities.batch;

import dev.slipway.domain.batch.RecordFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gets the answer to one record, from whichever instance can give it. A call that is cut or gets no answer is tried again with an
 * instance alone, up to the limit: only a record that then still ends its instance is to blame. An instance that is busy, or not
 * there yet, is waited for.
 */
final class RecordCaller {
    private static final int SHOWN = 300;
    private static final int LONGEST_PAUSE_SECONDS = 30;

    private final InstancePool pool;
    private final BatchLimits limits;

    RecordCaller(InstancePool pool, BatchLimits limits) {
        this.pool = pool;
        this.limits = limits;
    }

    /** Blocks; safe for use by many threads. */
    RecordAnswer call(ModelRequest request) throws InterruptedException {
        int cuts = 0;
        long refusedSince = 0;
        while (true) {
            String trouble = "";
            Integer pauseSeconds = 0;
            try (InstancePool.Slot slot = pool.acquire(cuts > 0)) {
                ModelAnswer answer = slot.call(request);
                if (!answer.isBusy()) {
                    return answered(answer);
                }
                trouble = "the instance answers %d".formatted(answer.status());
                pauseSeconds = answer.retryAfterSeconds();
            } catch (NoWholeAnswer e) {
                switch (e.how()) {
                    case TOO_LONG -> {
                        return RecordAnswer.failed(Kind.REFUSED, String.valueOf(e.getMessage()));
                    }
                    case CUT, TIMED_OUT -> {
                        cuts++;
                        if (cuts >= limits.tries()) {
                            return RecordAnswer.failed(
                                    Kind.NO_ANSWER, "%s; tried %d times".formatted(e.getMessage(), cuts));
                        }
                        continue;
                    }
                    case NOT_SENT -> {
                        trouble = String.valueOf(e.getMessage());
                        pauseSeconds = 0;
                    }
                }
            }
            long now = System.nanoTime();
            refusedSince = refusedSince == 0 ? now : refusedSince;
            if (now - refusedSince > limits.busy().toNanos()) {
                return RecordAnswer.failed(
                        Kind.BUSY,
                        "%s for %d minutes".formatted(trouble, limits.busy().toMinutes()));
            }
            pause(pauseSeconds);
        }
    }

    private static void pause(@Nullable Integer seconds) throws InterruptedException {
        int wanted = seconds == null ? 1 : Math.min(seconds, LONGEST_PAUSE_SECONDS);
        Thread.sleep(Duration.ofSeconds(wanted).plusMillis(50));
    }

    private static RecordAnswer answered(ModelAnswer answer) {
        if (answer.isSuccess()) {
            return new RecordAnswer.Answered(answer.body());
        }
        String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
        String cause = answer.cause() == null ? "" : " (%s)".formatted(answer.cause());
        String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
        return RecordAnswer.failed(
                Kind.REFUSED, "the model answered %d%s: %s".formatted(answer.status(), cause, shown));
    }
}
