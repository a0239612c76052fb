package dev.slipway.workflows.contract.model;

/** A model and the digest of its image. */
public record ImageOfModel(String modelId, String image) {}
