package dev.slipway.domain.batch;

import dev.slipway.domain.storage.ObjectUri;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What users see of a task.
 *
 * @param records in all; 0 until it is planned
 * @param done records that have their outcome, the failed ones included, and those that chunks in progress have answered: after a kill they
 *     are answered again, and it is smaller for a while
 * @param files inputs, one manifest line each
 * @param manifest see {@link BatchTask#manifest}
 * @param deadline when it is ended although records are left; null for never
 */
public record TaskProgress(
        TaskId id,
        TaskStatus status,
        long records,
        long done,
        long failed,
        long files,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable ObjectUri manifest,
        @Nullable Instant deadline) {

    /** Of a task without a deadline. */
    public TaskProgress(
            TaskId id,
            TaskStatus status,
            long records,
            long done,
            long failed,
            long files,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable ObjectUri manifest) {
        this(id, status, records, done, failed, files, startedAt, endedAt, manifest, null);
    }

    /** The progress of a task that was asked for and has not begun. */
    public static TaskProgress draft(TaskId id) {
        return new TaskProgress(id, TaskStatus.DEPLOYING, 0, 0, 0, 0, null, null, null);
    }

    /** 0 to 100; 100 only when all is done. */
    public int percent() {
        if (status == TaskStatus.FINISHED) {
            return 100;
        }
        return records == 0 ? 0 : (int) (done * 100 / records);
    }
}
