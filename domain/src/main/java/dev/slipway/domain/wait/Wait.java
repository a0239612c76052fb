package dev.slipway.domain.wait;

import java.time.Instant;

/**
 * A workflow that sleeps until its condition holds.
 *
 * @param workflowId whom to wake
 * @param since when it began to wait for this condition
 */
public record Wait(String workflowId, WaitCondition condition, Instant since) {

    public Wait {
        if (workflowId.isBlank()) {
            throw new IllegalArgumentException("wait: expected a workflow id");
        }
    }
}
