package dev.slipway.adapters.postgres.batch;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.service.ServiceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads rows of tasks. */
public final class BatchRows {

    private BatchRows() {}

    /** The present row, of {@code batch_task}. */
    public static BatchTask task(ResultSet row) throws SQLException {
        String sealedEnd = row.getString("sealed_end");
        String rest = row.getString("rest");
        TaskStatus status = TaskStatus.valueOf(row.getString("status"));
        long inputs = row.getLong("inputs");
        boolean planned = !row.wasNull();
        return new BatchTask(
                new TaskId(row.getString("id")),
                new ServiceId(row.getString("service")),
                PostgresJson.read(row.getString("spec"), TaskSpec.class),
                status,
                planned ? new PlanTotals(inputs, row.getLong("records")) : null,
                sealedEnd == null ? null : new Seal(TaskStatus.valueOf(sealedEnd), rest),
                row.getString("error"),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                instant(row, "work_removed_at"));
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }
}
