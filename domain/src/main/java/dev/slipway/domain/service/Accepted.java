package dev.slipway.domain.service;

import java.time.Instant;

/**
 * The result of an accepted command.
 *
 * @param service as the command left it
 * @param configChanged whether it made an update record
 * @param at when it was accepted, the key of its update record
 * @param wakes whether the workflow has to be woken
 */
public record Accepted(Service service, boolean configChanged, Instant at, boolean wakes) {

    Accepted alsoWaking(boolean somethingElse) {
        return new Accepted(service, configChanged, at, wakes || somethingElse);
    }
}
