package dev.slipway.domain.service;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a batch job is ended although records are left: then those are FAILED with the reason, and so is the job.
 *
 * @param failedRecords of which more may not fail; null for any number
 * @param failedRatio of the failed records to those done, above which it may not be once {@value #JUDGED_FROM} are done, or all; 1 for any
 * @param deadline from the command that asked for the job; null for none
 */
public record JobLimits(
        @Nullable Long failedRecords,
        double failedRatio,
        @Nullable Duration deadline) {

    /** Of so few records a ratio tells nothing. */
    public static final long JUDGED_FROM = 100;

    public static final JobLimits NONE = new JobLimits(null, 1, null);

    /**
     * Why the job has to end; empty if it has not to.
     *
     * @param records in all
     * @param done those that have an outcome, the failed ones included
     */
    public Optional<String> exceededBy(long records, long done, long failed) {
        if (failedRecords != null && failed > failedRecords) {
            return Optional.of(
                    "%d records failed, more than limits.failed_records %d".formatted(failed, failedRecords));
        }
        boolean isJudged = done >= JUDGED_FROM || done >= records;
        if (isJudged && failed > failedRatio * done) {
            return Optional.of(
                    "%d of %d records failed, more than limits.failed_ratio %s".formatted(failed, done, failedRatio));
        }
        return Optional.empty();
    }

    /** Whether it names no limit. */
    public boolean isEmpty() {
        return equals(NONE);
    }
}
