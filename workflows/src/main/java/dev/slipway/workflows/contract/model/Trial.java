package dev.slipway.workflows.contract.model;

import org.jspecify.annotations.Nullable;

/**
 * How the trial start ended.
 *
 * @param refusal why the model did not start; null if it did
 */
public record Trial(@Nullable Refusal refusal) {}
