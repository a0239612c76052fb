package dev.slipway.workflows.contract.request;

/**
 * What is asked for, and the key of the request. Both parts of the key stay the same after a workflow reset and change at a new start.
 *
 * @param workflowId of the request workflow
 * @param firstRunId run id of its first execution
 */
public record RequestOrder(RequestKind kind, String workflowId, String firstRunId) {}
