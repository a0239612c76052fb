package dev.slipway.workflows.contract.model;

/** Which model, from which listing of its package. */
public record BuildOrder(String modelId, String fingerprint) {}
