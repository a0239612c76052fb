package dev.slipway.workflows.contract.model;

/** Which model. */
public record ImportInput(String modelId) {}
