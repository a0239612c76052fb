package dev.slipway.activities.batch;

import dev.slipway.activities.waiting.Waits;
import dev.slipway.domain.batch.RecordFailure.Kind;
import dev.slipway.instance.client.NoWholeAnswer;
import dev.slipway.instance.client.NoWholeAnswer.How;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gets the answer for one record from any instance. A call that is cut or gets no answer is repeated with a whole instance, up to the
 * limit, so that a record fails only if it ends an instance alone. It waits while instances are busy or not ready yet.
 */
final class RecordCaller {
    private static final int SHOWN = 300;
    private static final int LONGEST_PAUSE_SECONDS = 30;

    private final InstancePool pool;
    private final BatchLimits limits;
    private final Path folder;
    private final Waits waits;

    /** @param folder for answers that are too long to wait in memory */
    RecordCaller(InstancePool pool, BatchLimits limits, Path folder, Waits waits) {
        this.waits = waits;
        this.pool = pool;
        this.limits = limits;
        this.folder = folder;
    }

    /** The next place among the records that wait for an instance. */
    long turn() {
        return pool.turn();
    }

    /**
     * Blocks; safe for use by many threads. Null if the time was up before an instance was free: the model has not seen the record then.
     *
     * @param turn of {@link #turn()}, kept for all tries of the record
     * @param until of {@link System#nanoTime()}; null for a record that is called however late
     */
    @Nullable
    RecordAnswer call(long turn, @Nullable Long until, RecordSource source) throws IOException, InterruptedException {
        Long beginsUntil = until;
        int cuts = 0;
        long refusedSince = 0;
        while (true) {
            String trouble;
            Integer pauseSeconds;
            try (InstancePool.Permit permit = permit(turn, cuts > 0, beginsUntil)) {
                if (permit == null) {
                    return null;
                }
                beginsUntil = null;
                try (RecordSource.Prepared prepared = source.prepare()) {
                    if (prepared instanceof RecordSource.Unfit unfit) {
                        return unfit.answer();
                    }
                    RecordSource.Request request = (RecordSource.Request) prepared;
                    ModelAnswer answer = answer(permit, request);
                    if (answer.tookAll()) {
                        request.sent();
                    }
                    if (!answer.isBusy()) {
                        return answered(answer);
                    }
                    answer.body().close();
                    trouble = "the instance answers %d".formatted(answer.status());
                    pauseSeconds = answer.retryAfterSeconds();
                }
            } catch (AnswerTooLong e) {
                return RecordAnswer.failed(Kind.REFUSED, String.valueOf(e.getMessage()));
            } catch (NoWholeAnswer e) {
                boolean isSuspect = e.how() == How.CUT || e.how() == How.TIMED_OUT;
                cuts += isSuspect ? 1 : 0;
                if (isSuspect && cuts >= limits.tries()) {
                    return RecordAnswer.failed(Kind.NO_ANSWER, "%s; tried %d times".formatted(e.getMessage(), cuts));
                }
                if (isSuspect) {
                    continue;
                }
                trouble = String.valueOf(e.getMessage());
                pauseSeconds = 0;
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

    private InstancePool.@Nullable Permit permit(long turn, boolean alone, @Nullable Long until)
            throws InterruptedException {
        Waits.Wait wait = waits.begin(alone ? "an instance for one record alone" : "a free instance");
        try {
            return until == null ? pool.acquire(turn, alone) : pool.acquireUntil(until, turn);
        } finally {
            wait.close();
        }
    }

    /** A model may take long for it. */
    private ModelAnswer answer(InstancePool.Permit permit, RecordSource.Request request)
            throws IOException, InterruptedException {
        Waits.Wait wait = waits.begin("the answer of instance '%s'".formatted(permit.instance()));
        try {
            return permit.call(request.message(), folder);
        } finally {
            wait.close();
        }
    }

    private static void pause(@Nullable Integer seconds) throws InterruptedException {
        int wanted = seconds == null ? 1 : Math.min(seconds, LONGEST_PAUSE_SECONDS);
        Thread.sleep(Duration.ofSeconds(wanted).plusMillis(50));
    }

    private static RecordAnswer answered(ModelAnswer answer) throws IOException {
        if (answer.isSuccess()) {
            return new RecordAnswer.Answered(answer.body());
        }
        try (AnswerBody body = answer.body()) {
            String text = new String(body.beginning(SHOWN * 4), StandardCharsets.UTF_8).strip();
            String cause = answer.cause() == null ? "" : " (%s)".formatted(answer.cause());
            String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
            return RecordAnswer.failed(
                    Kind.REFUSED, "the model answered %d%s: %s".formatted(answer.status(), cause, shown));
        }
    }
}
