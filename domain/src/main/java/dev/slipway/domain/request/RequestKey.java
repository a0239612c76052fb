package dev.slipway.domain.request;

/**
 * What makes a request the same request: an activity that is tried again and a workflow that is reset keep both, a new start does not.
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
