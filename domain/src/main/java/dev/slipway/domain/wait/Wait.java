package dev.slipway.domain.wait;

import java.time.Instant;

/**
 * A workflow that waits for a condition.
 *
 * @param workflowId the workflow to wake
 * @param since when it began to wait for this condition
 */
public record Wait(String workflowId, WaitCondition condition, Instant since) {

    public Wait {
        if (workflowId.isBlank()) {
            throw new IllegalArgumentException("wait: expected a workflow id");
        }
    }
}
