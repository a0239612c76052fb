package dev.slipway.workflows.contract.model;

import org.jspecify.annotations.Nullable;

/**
 * The result of the check of a package.
 *
 * @param refusal why it cannot be imported; null if it can
 * @param fingerprint of the package's listing: the build takes exactly these objects; empty if refused
 * @param files how many; {@code bytes} in all
 */
public record Checked(@Nullable Refusal refusal, String fingerprint, int files, long bytes) {}
