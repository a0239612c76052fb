package dev.slipway.workflows.contract.service;

/** The key of a step for a service: its id and the generation that was read from its row. */
public record ServiceStep(String serviceId, long generation) {}
