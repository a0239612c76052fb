package dev.slipway.workflows.contract.model;

/** An import that is to end badly, and why. */
public record FailedImport(String modelId, Refusal refusal) {}
