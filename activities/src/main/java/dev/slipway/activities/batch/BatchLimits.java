package dev.slipway.activities.batch;

import java.time.Duration;

/**
 * The limits of batch jobs.
 *
 * @param record how long one record may take while its instance works on it alone
 * @param busy how long an instance may answer 503 or accept no connection before the record fails
 * @param tries of a record whose call ends its instance or gets no whole answer
 * @param window calls to an instance at once
 * @param longestAnswer in bytes
 * @param longestFile in bytes; a longer file is not sent
 * @param withoutInstances a chunk waits for an instance that is ready before it is given up for the time being; longer than the cluster's
 *     longest pause before it starts a crashed instance again, so that a chunk whose records end instances comes to its end
 * @param chunk how long one step works on a chunk; what is left of it then is cut again
 * @param chunkRecords the most records of a chunk
 * @param commit after which a chunk commits the records that it has and goes on, so that a kill never costs more work
 * @param told how often a chunk tells how many records it has answered
 */
public record BatchLimits(
        Duration record,
        Duration busy,
        int tries,
        int window,
        int longestAnswer,
        long longestFile,
        Duration withoutInstances,
        Duration chunk,
        long chunkRecords,
        Duration commit,
        Duration told) {

    public static final BatchLimits DEFAULT = new BatchLimits(
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            3,
            8,
            12 << 20,
            12 << 20,
            Duration.ofMinutes(2),
            Duration.ofSeconds(60),
            500_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(4));

    private static final Duration COMMIT_AGAIN = Duration.ofSeconds(5);

    /**
     * Those of this try of a chunk, the first is 1. What ended a try may soon end the next one too: it commits early what it has, so that a
     * job whose workers are killed again and again gets on.
     */
    BatchLimits ofTry(int attempt) {
        if (attempt == 1 || commit.compareTo(COMMIT_AGAIN) < 0) {
            return this;
        }
        return new BatchLimits(
                record,
                busy,
                tries,
                window,
                longestAnswer,
                longestFile,
                withoutInstances,
                chunk,
                chunkRecords,
                COMMIT_AGAIN,
                told);
    }
}
