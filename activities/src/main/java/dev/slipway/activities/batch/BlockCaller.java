package dev.slipway.activities.batch;

import dev.slipway.activities.instance.ModelRequests;
import dev.slipway.activities.waiting.Waits;
import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.domain.batch.RecordFailure.Kind;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.NoWholeAnswer;
import dev.slipway.instance.client.RequestBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gets the answers for a block of rows from any instance that runs our own server. Of a call that is cut what was answered counts; the first
 * request without an answer is tried alone, as {@link RecordCaller} does; those behind it are sent again together.
 */
final class BlockCaller {
    private final RecordCaller records;
    private final BatchLimits limits;
    private final Path folder;
    private final Waits waits;
    private final ModelApi api;
    private final String idPrefix;

    /** @param idPrefix of the ids of requests; the number of the record follows */
    BlockCaller(RecordCaller records, BatchLimits limits, Path folder, Waits waits, ModelApi api, String idPrefix) {
        this.records = records;
        this.limits = limits;
        this.folder = folder;
        this.waits = waits;
        this.api = api;
        this.idPrefix = idPrefix;
    }

    /**
     * Blocks; safe for use by many threads. Null if the time was up before an instance was free: the model has seen none of the rows then.
     * When interrupted it returns what was answered up to then, if anything was.
     *
     * @param turn of {@link RecordCaller#turn()}, kept for all tries
     * @param until of {@link System#nanoTime()}; null for a block that is called however late
     */
    @Nullable
    RowAnswers call(long turn, @Nullable Long until, RowBlock block) throws IOException, InterruptedException {
        RowAnswers answers = new RowAnswers(block, limits, folder);
        boolean isDone = false;
        try {
            isDone = call(turn, until, block, answers);
            return isDone ? answers : null;
        } catch (InterruptedException e) {
            if (answers.rows() == 0) {
                throw e;
            }
            isDone = true;
            answers.dropIncomplete();
            Thread.currentThread().interrupt();
            return answers;
        } finally {
            if (!isDone) {
                answers.close();
            }
        }
    }

    private boolean call(long turn, @Nullable Long until, RowBlock block, RowAnswers answers)
            throws IOException, InterruptedException {
        if (block.requests() == 0) {
            answers.endWithoutRequests();
        }
        Long beginsUntil = until;
        Refusals refusals = new Refusals(limits);
        while (!answers.areComplete()) {
            int before = answers.answered();
            String trouble;
            Integer pauseSeconds = 0;
            try (InstancePool.Permit permit = records.permit(turn, false, beginsUntil)) {
                if (permit == null) {
                    return false;
                }
                beginsUntil = null;
                exchange(permit, block, answers);
                int busy = answers.busyStatus();
                trouble = busy == 0 ? null : RecordCaller.answers(busy);
                pauseSeconds = answers.retryAfterSeconds();
            } catch (AnswerTooLong e) {
                answers.fail(new RecordFailure(Kind.REFUSED, String.valueOf(e.getMessage())));
                trouble = null;
            } catch (NoWholeAnswer e) {
                trouble = String.valueOf(e.getMessage());
                if (RecordCaller.isSuspect(e)) {
                    int suspect = answers.answered();
                    answers.dropIncomplete();
                    RecordAnswer alone = records.callSuspect(turn, request(block, suspect));
                    answers.add(alone);
                    trouble = null;
                }
            }
            answers.dropIncomplete();
            if (answers.answered() > before) {
                refusals.end();
            }
            if (trouble != null) {
                RecordFailure tooLong = refusals.failureOrNull(trouble);
                if (tooLong == null) {
                    RecordCaller.pause(pauseSeconds);
                } else {
                    answers.fail(tooLong);
                }
            }
        }
        return true;
    }

    private void exchange(InstancePool.Permit permit, RowBlock block, RowAnswers answers)
            throws IOException, InterruptedException {
        Waits.Wait wait = waits.begin("the answer of instance '%s'".formatted(permit.instance()));
        try {
            permit.exchange(requests(block, answers.answered()), answers);
        } finally {
            wait.close();
        }
    }

    /** Those from one on. */
    private RequestBlock requests(RowBlock block, int from) {
        int count = block.requests() - from;
        long[] numbers = new long[count];
        int[] ends = new int[count];
        int begin = block.start(from);
        for (int i = 0; i < count; i++) {
            numbers[i] = number(block, from + i);
            ends[i] = block.end(from + i) - begin;
        }
        byte[] bodies =
                begin == 0 ? block.bytes() : Arrays.copyOfRange(block.bytes(), begin, block.end(block.requests() - 1));
        return ModelRequests.jsonBlock(api, idPrefix, numbers, bodies, ends);
    }

    private InstanceRequest request(RowBlock block, int which) {
        byte[] json = Arrays.copyOfRange(block.bytes(), block.start(which), block.end(which));
        return ModelRequests.json(api, idPrefix + number(block, which), json);
    }

    private static long number(RowBlock block, int request) {
        return block.input().records().from() + block.first() + block.row(request);
    }
}
