package dev.slipway.domain.batch;

/** The totals of a plan. */
public record PlanTotals(long inputs, long records) {}
