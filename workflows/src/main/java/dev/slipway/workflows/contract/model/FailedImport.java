package dev.slipway.workflows.contract.model;

/** An import that has to fail, and why. */
public record FailedImport(String modelId, Refusal refusal) {}
