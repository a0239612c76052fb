package dev.slipway.workflows.contract.model;

import org.jspecify.annotations.Nullable;

/**
 * The result of the preparation of an environment.
 *
 * @param refusal why there is none; null if there is one
 * @param environment its digest; empty if refused
 */
public record Prepared(@Nullable Refusal refusal, String environment) {}
