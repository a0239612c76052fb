package dev.slipway.domain.batch;

/** What a plan holds in all. */
public record PlanTotals(long inputs, long records) {}
