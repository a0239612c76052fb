package dev.slipway.workflows.contract.service;

/**
 * A step for a service.
 *
 * @param generation that was read from its row; 0 for whatever the row has
 * @param workflow id of the workflow that does it, which is woken when what it waits for is there
 */
public record ServiceStep(String serviceId, long generation, String workflow) {}
