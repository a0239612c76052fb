package dev.slipway.workflows.contract.request;

/**
 * What is asked for and the key of the request: a reset keeps both parts, a new start does not.
 *
 * @param workflowId of the request workflow
 * @param firstRunId run id of its first execution
 */
public record RequestOrder(RequestKind kind, String workflowId, String firstRunId) {}
