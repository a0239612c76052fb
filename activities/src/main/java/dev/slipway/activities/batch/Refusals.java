package dev.slipway.activities.batch;

import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.domain.batch.RecordFailure.Kind;
import org.jspecify.annotations.Nullable;

/** How long instances have accepted nothing. For one thread. */
final class Refusals {
    private final BatchLimits limits;
    private long since;

    Refusals(BatchLimits limits) {
        this.limits = limits;
    }

    /** One more; the failure of a record that is refused for longer than the limit, null before. */
    @Nullable
    RecordFailure failureOrNull(String trouble) {
        long now = System.nanoTime();
        since = since == 0 ? now : since;
        if (now - since <= limits.busy().toNanos()) {
            return null;
        }
        return new RecordFailure(
                Kind.BUSY, "%s for %d minutes".formatted(trouble, limits.busy().toMinutes()));
    }

    /** Something was answered. */
    void end() {
        since = 0;
    }
}
