package dev.slipway.workflows.contract.rollout;

import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.WorkflowInput;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input of a rollout.
 *
 * @param name of the service
 * @param carried the state of the run before; null in the first run
 */
public record RolloutInput(
        String serviceId,
        String name,
        long generation,
        String tenant,
        @Nullable Carried carried) implements WorkflowInput {

    public RolloutInput {
        WorkflowInput.text("serviceId", serviceId);
        WorkflowInput.text("name", name);
        WorkflowInput.atLeastOne("generation", generation);
        WorkflowInput.text("tenant", tenant);
    }

    public ServiceStep step() {
        return new ServiceStep(serviceId, generation, workflowId());
    }

    /** The id of the workflow that does it. */
    public String workflowId() {
        return WorkflowIds.rollout(name, serviceId, generation);
    }

    public RolloutInput carrying(Carried next) {
        return new RolloutInput(serviceId, name, generation, tenant, next);
    }

    /**
     * The state that is passed from run to run.
     *
     * @param undo steps to be undone, oldest first
     * @param spent how much of the deployment time-out is used
     * @param proven instances that were ready and healthy
     * @param waitingSince when it began to wait for slots; null if it has them
     * @param undoing how it ends once everything is undone; null while it goes forward
     */
    public record Carried(
            List<UndoStep> undo,
            Duration spent,
            List<String> proven,
            List<String> progress,
            @Nullable Instant waitingSince,
            @Nullable RolloutResult undoing) {

        public Carried {
            undo = List.copyOf(undo);
            proven = List.copyOf(proven);
            progress = List.copyOf(progress);
        }
    }
}
