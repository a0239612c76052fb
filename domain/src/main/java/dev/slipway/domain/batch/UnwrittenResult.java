package dev.slipway.domain.batch;

/**
 * An input whose result file cannot be written: its manifest line is FAILED.
 *
 * @param input its ordinal
 * @param failed records of it that count as failed for that alone
 * @param reason what the manifest says
 */
public record UnwrittenResult(long input, long failed, String reason) {}
