package dev.slipway.workflows.contract.instance;

import org.jspecify.annotations.Nullable;

/** How the wait for gateways ended; {@code holding} names who had not let go, null if all had. */
public record Quiet(@Nullable String holding) {}
