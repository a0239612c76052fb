package dev.slipway.workflows.contract.request;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param records of a job, and how many of them {@code failed}; null for other work, and for a job that was never begun
 * @param manifest address of the first manifest of a job's results; null if there is none
 */
public record RequestResult(
        String id,
        @JsonProperty("task_id") @Nullable String taskId,
        String status,
        @JsonProperty("error_msg") @Nullable String errorMsg,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long records,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long failed,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String manifest) {

    /** Of work that has no records. */
    public RequestResult(String id, @Nullable String taskId, String status, @Nullable String errorMsg) {
        this(id, taskId, status, errorMsg, null, null, null);
    }
}
