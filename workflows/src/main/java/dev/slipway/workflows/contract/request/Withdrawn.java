package dev.slipway.workflows.contract.request;

import org.jspecify.annotations.Nullable;

/**
 * What happens to work that is withdrawn.
 *
 * @param words for people
 * @param rollout id of the workflow that has to be cancelled for it; null if there is none
 */
public record Withdrawn(String words, @Nullable String rollout) {}
