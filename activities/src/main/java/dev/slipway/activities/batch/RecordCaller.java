package dev.slipway.activities.batch;

import dev.slipway.activities.waiting.Waits;
import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.domain.batch.RecordFailure.Kind;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.NoWholeAnswer;
import dev.slipway.instance.client.NoWholeAnswer.How;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
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
        return call(turn, until, source, 0);
    }

    /**
     * The same for a record whose calls were cut: it gets a whole instance.
     *
     * @param cuts how often, at least once and fewer than the limit of tries; it is called at least once more
     */
    RecordAnswer callSuspect(long turn, InstanceRequest message, int cuts) throws IOException, InterruptedException {
        RecordAnswer answer = call(turn, null, () -> new RecordSource.Request(message, null), cuts);
        return Objects.requireNonNull(answer, "without a limit it is called");
    }

    private @Nullable RecordAnswer call(long turn, @Nullable Long until, RecordSource source, int cutsBefore)
            throws IOException, InterruptedException {
        Long beginsUntil = until;
        int cuts = cutsBefore;
        Refusals refusals = new Refusals(limits);
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
                    trouble = answers(answer.status());
                    pauseSeconds = answer.retryAfterSeconds();
                }
            } catch (AnswerTooLong e) {
                return RecordAnswer.failed(Kind.REFUSED, String.valueOf(e.getMessage()));
            } catch (NoWholeAnswer e) {
                boolean isSuspect = isSuspect(e);
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
            RecordFailure tooLong = refusals.failureOrNull(trouble);
            if (tooLong != null) {
                return new RecordAnswer.Failed(tooLong);
            }
            pause(pauseSeconds);
        }
    }

    /** Whether the record may have ended its instance. */
    static boolean isSuspect(NoWholeAnswer how) {
        return how.how() == How.CUT || how.how() == How.TIMED_OUT;
    }

    /** What to say of an instance that is busy. */
    static String answers(int status) {
        return "the instance answers %d".formatted(status);
    }

    /** Null if the time was up before one was free. */
    InstancePool.@Nullable Permit permit(long turn, boolean alone, @Nullable Long until) throws InterruptedException {
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

    static void pause(@Nullable Integer seconds) throws InterruptedException {
        int wanted = seconds == null ? 1 : Math.min(seconds, LONGEST_PAUSE_SECONDS);
        Thread.sleep(Duration.ofSeconds(wanted).plusMillis(50));
    }

    private static RecordAnswer answered(ModelAnswer answer) throws IOException {
        if (answer.isSuccess()) {
            return new RecordAnswer.Answered(answer.body());
        }
        try (AnswerBody body = answer.body()) {
            String text = new String(body.beginning(SHOWN * 4), StandardCharsets.UTF_8).strip();
            return new RecordAnswer.Failed(refused(answer.status(), answer.cause(), text));
        }
    }

    /** @param text of the answer, or its beginning */
    static RecordFailure refused(int status, @Nullable String cause, String text) {
        String reported = cause == null ? "" : " (%s)".formatted(cause);
        String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
        return new RecordFailure(Kind.REFUSED, "the model answered %d%s: %s".formatted(status, reported, shown));
    }
}
