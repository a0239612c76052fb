package dev.slipway.workflows.contract.request;

import org.jspecify.annotations.Nullable;

/**
 * The state of the work of a request.
 *
 * @param result how it ended; null while it goes on
 * @param details the state, for people
 * @param state as clients of the API read it; null from a worker that does not tell it
 */
public record RequestStanding(
        @Nullable RequestResult result,
        String details,
        @Nullable String state) {}
