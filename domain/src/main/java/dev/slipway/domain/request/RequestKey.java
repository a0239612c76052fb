package dev.slipway.domain.request;

/**
 * Identifies a request. Both parts stay the same after a retry of an activity and after a reset of a workflow, and change at a new start.
 *
 * @param workflowId of the request workflow
 * @param firstRunId run id of its first execution
 */
public record RequestKey(String workflowId, String firstRunId) {

    public RequestKey {
        if (workflowId.isEmpty() || firstRunId.isEmpty()) {
            throw new IllegalArgumentException("request key: expected a workflow id and a run id");
        }
    }

    @Override
    public String toString() {
        return workflowId + "/" + firstRunId;
    }
}
