package dev.slipway.activities.batch;

import dev.slipway.activities.instance.ModelRequests;
import dev.slipway.activities.waiting.Waits;
import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.domain.batch.RecordFailure.Kind;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.NoWholeAnswer;
import dev.slipway.instance.client.NoWholeAnswer.How;
import dev.slipway.instance.client.RequestBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gets the answers for a block of rows from any instance that runs our own server. Of a call that is cut what was answered counts. The instance may
 * have answered more than arrived, so the rest of the block is sent one by one: the one that is cut then is tried alone, as {@link RecordCaller}
 * does, and none before or behind it is to blame.
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
        boolean oneByOne = false;
        Refusals refusals = new Refusals(limits);
        while (!answers.areComplete()) {
            int before = answers.answered();
            int together = oneByOne ? 1 : block.requests() - before;
            String trouble;
            Integer pauseSeconds = 0;
            try (InstancePool.Permit permit = records.permit(turn, false, beginsUntil)) {
                if (permit == null) {
                    return false;
                }
                beginsUntil = null;
                exchange(permit, requests(block, before, together), answers);
                int busy = answers.busyStatus();
                trouble = busy == 0 ? null : RecordCaller.answers(busy);
                pauseSeconds = answers.retryAfterSeconds();
            } catch (AnswerTooLong e) {
                answers.fail(new RecordFailure(Kind.REFUSED, String.valueOf(e.getMessage())));
                trouble = null;
            } catch (NoWholeAnswer e) {
                trouble = RecordCaller.isSuspect(e) ? null : String.valueOf(e.getMessage());
                answers.dropIncomplete();
                if (trouble == null) {
                    boolean isKnown = together == 1 || e.how() == How.TIMED_OUT;
                    if (isKnown) {
                        InstanceRequest suspect = request(block, answers.answered());
                        answers.add(records.callSuspect(turn, suspect, oneByOne ? 2 : 1));
                    }
                    oneByOne = true;
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

    private void exchange(InstancePool.Permit permit, RequestBlock requests, RowAnswers answers)
            throws IOException, InterruptedException {
        Waits.Wait wait = waits.begin("the answer of instance '%s'".formatted(permit.instance()));
        try {
            permit.exchange(requests, answers);
        } finally {
            wait.close();
        }
    }

    /** So many from one on. */
    private RequestBlock requests(RowBlock block, int from, int count) {
        long[] numbers = new long[count];
        int[] ends = new int[count];
        int begin = block.start(from);
        for (int i = 0; i < count; i++) {
            numbers[i] = number(block, from + i);
            ends[i] = block.end(from + i) - begin;
        }
        byte[] bodies =
                begin == 0 ? block.bytes() : Arrays.copyOfRange(block.bytes(), begin, block.end(from + count - 1));
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
