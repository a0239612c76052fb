package dev.slipway.workflows.contract.rollout;

import org.jspecify.annotations.Nullable;

/**
 * What became of the old instances of a wave.
 *
 * @param last whether nothing is left to do after this
 * @param removed how many have left
 * @param holding names the gateways that have not let go, and why; then nothing was removed, call again. Null if all have
 */
public record Lowered(boolean last, int removed, @Nullable String holding) {}
