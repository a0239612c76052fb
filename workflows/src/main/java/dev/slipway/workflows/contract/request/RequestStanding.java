package dev.slipway.workflows.contract.request;

import org.jspecify.annotations.Nullable;

/**
 * How the work of a request stands.
 *
 * @param result how it ended; null while it goes on
 * @param details how it stands, for people
 */
public record RequestStanding(@Nullable RequestResult result, String details) {}
