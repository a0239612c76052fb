package dev.slipway.domain.service;

import java.time.Instant;

/**
 * What became of a command.
 *
 * @param service as the command left it
 * @param configChanged whether it made an update record
 * @param at when it was accepted, the key of its update record
 * @param wakes whether the workflow has something to see
 */
public record Accepted(Service service, boolean configChanged, Instant at, boolean wakes) {

    Accepted alsoWaking(boolean somethingElse) {
        return new Accepted(service, configChanged, at, wakes || somethingElse);
    }
}
