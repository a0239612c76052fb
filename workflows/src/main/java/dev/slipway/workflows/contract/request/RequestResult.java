package dev.slipway.workflows.contract.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How the work ended, for users.
 *
 * @param id of the model or service
 * @param taskId null if it was no batch job
 * @param status {@code finished}, {@code failed} or {@code stopped} of a job; {@code running}, {@code failed}, {@code stopped} or {@code
 *     deleted} of a deployment; {@code published}, {@code failed} or {@code deleted} of an import
 * @param errorMsg why it failed; null if it did not
 */
public record RequestResult(
        String id,
        @JsonProperty("task_id") @Nullable String taskId,
        String status,
        @JsonProperty("error_msg") @Nullable String errorMsg) {}
