package dev.slipway.domain.retention;

import java.time.Duration;
import java.util.List;

/**
 * How long things are kept that are no longer needed for work. Each at least 0.
 *
 * @param serviceEvents events of services, and after its deletion the service's own rows: generations, rollouts, tasks
 * @param modelEvents events of models; those of a deleted model go with it
 * @param batch plan, parts and commits of a batch task after its end; they go earlier when its service is deleted
 * @param counts requests by minute, which are then only in the service's totals; longer than a gateway may be disconnected
 * @param requests what each request workflow started, so that a repeated request gets the same result
 * @param instances logs of instances that have ended
 */
public record RetentionPeriods(
        Duration serviceEvents,
        Duration modelEvents,
        Duration batch,
        Duration counts,
        Duration requests,
        Duration instances) {

    /** The defaults of the settings. */
    public static final RetentionPeriods DEFAULT = new RetentionPeriods(
            Duration.ofDays(30),
            Duration.ofDays(90),
            Duration.ofDays(30),
            Duration.ofDays(30),
            Duration.ofDays(30),
            Duration.ofDays(7));

    public RetentionPeriods {
        for (Duration each : List.of(serviceEvents, modelEvents, batch, counts, requests, instances)) {
            if (each.isNegative()) {
                throw new IllegalArgumentException("retention of %s, expected at least 0".formatted(each));
            }
        }
    }

    /** How long the row of an earlier batch task stays after its end: at least as long as its work, and as the rows of a service. */
    public Duration batchTasks() {
        return batch.compareTo(serviceEvents) > 0 ? batch : serviceEvents;
    }
}
