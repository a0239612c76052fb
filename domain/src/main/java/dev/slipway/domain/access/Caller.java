package dev.slipway.domain.access;

/** Who makes a request, in which project. */
public record Caller(
        ProjectId project, String projectName, String userId, String userName, String domainId, String domainName) {}
