package dev.slipway.workflows.contract.rollout;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout starts from.
 *
 * @param title what goes and what comes, for people
 * @param hasOld whether something serves that a failed rollout returns to
 * @param makesRoom whether old instances may leave before new ones are ready
 * @param deployTimeout of waiting for slots and for readiness together
 * @param longestWait how long a start without anything old waits for slots
 * @param bake how long new instances must stay healthy before old ones leave
 * @param outcome how it has ended already; null while it goes on
 */
public record RolloutStart(
        String title,
        boolean hasOld,
        boolean makesRoom,
        Duration deployTimeout,
        Duration longestWait,
        Duration bake,
        @Nullable Outcome outcome) {}
