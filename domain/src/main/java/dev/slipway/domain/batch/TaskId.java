package dev.slipway.domain.batch;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;

/** One run of a batch service; each start makes a new one. At most 50 of a-z, 0-9 and '-'; any other text names no task. */
public record TaskId(String value) {
    public TaskId {
        if (!value.matches("[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?")) {
            throw new NotFound(ErrorCode.BATCH_TASK_UNKNOWN, "batch task '%s' does not exist".formatted(value));
        }
    }

    /** The instances that answer its records. */
    public InstanceSetId instances() {
        return new InstanceSetId("task-" + value);
    }

    /** Its holder in the admission of slots. */
    public Holder holder() {
        return new Holder("task/" + value);
    }

    @Override
    public String toString() {
        return value;
    }
}
