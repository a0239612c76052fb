package dev.slipway.activities.batch;

import java.time.Duration;

/** {@link BatchLimits} of tests: {@link #USUAL}, or these but for one. */
final class Limits {

    static final BatchLimits USUAL = of(Duration.ofSeconds(20), 1 << 20, 1 << 20, Duration.ofSeconds(20));

    private Limits() {}

    /** @param record see {@link BatchLimits#record()} */
    static BatchLimits record(Duration record) {
        return of(record, USUAL.longestAnswer(), USUAL.longestFile(), USUAL.withoutInstances());
    }

    /** @param bytes see {@link BatchLimits#longestAnswer()} */
    static BatchLimits longestAnswer(int bytes) {
        return of(USUAL.record(), bytes, USUAL.longestFile(), USUAL.withoutInstances());
    }

    /** @param bytes see {@link BatchLimits#longestFile()} */
    static BatchLimits longestFile(long bytes) {
        return of(USUAL.record(), USUAL.longestAnswer(), bytes, USUAL.withoutInstances());
    }

    /** @param time see {@link BatchLimits#withoutInstances()} */
    static BatchLimits withoutInstances(Duration time) {
        return of(USUAL.record(), USUAL.longestAnswer(), USUAL.longestFile(), time);
    }

    /**
     * With progress told at each record.
     *
     * @param time see {@link BatchLimits#commit()}
     */
    static BatchLimits commit(Duration time) {
        return new BatchLimits(
                USUAL.record(),
                USUAL.busy(),
                USUAL.tries(),
                USUAL.window(),
                USUAL.longestAnswer(),
                USUAL.longestFile(),
                USUAL.withoutInstances(),
                USUAL.chunk(),
                USUAL.chunkRecords(),
                time,
                Duration.ZERO);
    }

    private static BatchLimits of(Duration record, int longestAnswer, long longestFile, Duration withoutInstances) {
        return new BatchLimits(
                record,
                Duration.ofSeconds(20),
                3,
                8,
                longestAnswer,
                longestFile,
                withoutInstances,
                Duration.ofMinutes(1),
                100,
                Duration.ofMinutes(1),
                Duration.ofSeconds(4));
    }
}
