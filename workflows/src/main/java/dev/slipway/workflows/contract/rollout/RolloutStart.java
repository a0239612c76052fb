package dev.slipway.workflows.contract.rollout;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout knows at its start.
 *
 * @param title the old and the new version, for people
 * @param hasOld whether something serves that a failed rollout returns to
 * @param makesRoom whether old instances may end before new ones are ready
 * @param deployTimeout the limit for waiting for slots and for readiness together
 * @param longestWait how long a first deployment or a start waits for slots
 * @param bake how long new instances must stay healthy before old ones end
 * @param outcome how it ended before; null while it goes on
 * @param begun whether an earlier run may have done some of its steps
 */
public record RolloutStart(
        String title,
        boolean hasOld,
        boolean makesRoom,
        Duration deployTimeout,
        Duration longestWait,
        Duration bake,
        @Nullable RolloutResult outcome,
        boolean begun) {}
