package dev.slipway.workflows.contract.rollout;

import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a rollout starts from.
 *
 * @param carried what a run before has left; null in the first
 */
public record RolloutInput(
        String serviceId,
        long generation,
        String tenant,
        @Nullable Carried carried) {

    public ServiceStep step() {
        return new ServiceStep(serviceId, generation);
    }

    public RolloutInput carrying(Carried next) {
        return new RolloutInput(serviceId, generation, tenant, next);
    }

    /**
     * What goes from run to run.
     *
     * @param undo steps to be undone, oldest first
     * @param spent of the deployment time-out
     * @param proven instances that were ready and healthy
     * @param waitingSince when it began to wait for slots; null if it has them
     * @param undoing how it is to end once all is undone; null while it goes forward
     */
    public record Carried(
            List<UndoStep> undo,
            Duration spent,
            List<String> proven,
            List<String> progress,
            @Nullable Instant waitingSince,
            @Nullable Outcome undoing) {

        public Carried {
            undo = List.copyOf(undo);
            proven = List.copyOf(proven);
            progress = List.copyOf(progress);
        }
    }
}
