package dev.slipway.workflows.contract.service;

/** The key of what is done for a service: its id and the generation that the row was read at. */
public record ServiceStep(String serviceId, long generation) {}
