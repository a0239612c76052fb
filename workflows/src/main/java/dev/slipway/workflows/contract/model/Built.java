package dev.slipway.workflows.contract.model;

import org.jspecify.annotations.Nullable;

/**
 * The result of a build.
 *
 * @param refusal why there is no image; null if there is one
 * @param image its digest; empty if refused
 */
public record Built(@Nullable Refusal refusal, String image) {}
