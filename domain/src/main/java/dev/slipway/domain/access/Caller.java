package dev.slipway.domain.access;

import dev.slipway.domain.event.Origin;

/**
 * Who makes a request, in which project.
 *
 * @param requestId of the request, for people
 */
public record Caller(
        ProjectId project,
        String projectName,
        String userId,
        String userName,
        String domainId,
        String domainName,
        String requestId) {

    /** The same, for events. */
    public Origin origin() {
        return new Origin(userName, projectName, requestId);
    }
}
