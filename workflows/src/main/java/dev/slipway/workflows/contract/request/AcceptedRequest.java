package dev.slipway.workflows.contract.request;

import org.jspecify.annotations.Nullable;

/**
 * What the request has started.
 *
 * @param id of the model or service
 * @param title for people
 * @param tenant id of the domain
 * @param generation of the service that has to settle; 0 for a model
 * @param taskId null if it is no batch job
 * @param name of the service, or name and version of the model
 */
public record AcceptedRequest(
        RequestKind kind,
        String id,
        String title,
        String tenant,
        long generation,
        @Nullable String taskId,
        String name) {}
