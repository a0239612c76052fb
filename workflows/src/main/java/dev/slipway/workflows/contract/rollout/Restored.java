package dev.slipway.workflows.contract.rollout;

import org.jspecify.annotations.Nullable;

/**
 * What became of the old instances in a rollback.
 *
 * @param back whether all that had left are ready again
 * @param holding names the gateways that have not let go of one that has to be started anew; then call again. Null if all have
 */
public record Restored(boolean back, @Nullable String holding) {}
