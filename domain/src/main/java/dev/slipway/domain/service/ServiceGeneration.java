package dev.slipway.domain.service;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One accepted command that gives the workflow something to do; also the update record that clients list.
 *
 * @param changesConfig whether it is an update record (create and config changes are, start and stop are not)
 * @param outcome RUNNING until it is settled
 * @param cause why it failed; null if it did not
 */
public record ServiceGeneration(
        ServiceId service,
        long generation,
        Wanted wanted,
        ServiceConfig config,
        boolean changesConfig,
        Outcome outcome,
        @Nullable String cause,
        Instant acceptedAt) {

    /** The same, with an outcome. */
    public ServiceGeneration settled(Outcome newOutcome, @Nullable String newCause) {
        return new ServiceGeneration(
                service, generation, wanted, config, changesConfig, newOutcome, newCause, acceptedAt);
    }

    /** The status in update records. */
    public enum Outcome {
        RUNNING,
        SUCCESS,
        FAIL
    }
}
