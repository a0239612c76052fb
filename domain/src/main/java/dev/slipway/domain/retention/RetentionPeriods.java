package dev.slipway.domain.retention;

import java.time.Duration;
import java.util.List;

/**
 * How long things are kept that nobody needs for work. Each at least 0.
 *
 * @param serviceEvents events of services, and after its deletion the service's own rows: generations, rollouts, tasks
 * @param modelEvents events of models; those of a deleted model go with it
 * @param batch plan, parts and commits of a batch task after its end; they go earlier when its service is deleted
 * @param counts requests by minute; after that they are in the service's totals only. Longer than a gateway may be cut off
 * @param requests which request of a workflow made what, so that the same request answers the same
 * @param instances folders, with their logs, of instances that have ended
 */
public record RetentionPeriods(
        Duration serviceEvents,
        Duration modelEvents,
        Duration batch,
        Duration counts,
        Duration requests,
        Duration instances) {

    /** What holds where the settings say nothing. */
    public static final RetentionPeriods DEFAULT = new RetentionPeriods(
            Duration.ofDays(30),
            Duration.ofDays(90),
            Duration.ofDays(30),
            Duration.ofDays(30),
            Duration.ofDays(30),
            Duration.ofDays(1));

    public RetentionPeriods {
        for (Duration each : List.of(serviceEvents, modelEvents, batch, counts, requests, instances)) {
            if (each.isNegative()) {
                throw new IllegalArgumentException("retention of %s, expected at least 0".formatted(each));
            }
        }
    }
}
