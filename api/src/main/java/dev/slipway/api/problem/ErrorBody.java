package dev.slipway.api.problem;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The body of every refusal.
 *
 * @param error the nested form that identity clients read as well; null on other paths
 */
public record ErrorBody(
        @JsonProperty("error_code") String errorCode,
        @JsonProperty("error_msg") String errorMsg,
        @JsonProperty("request_id") @Nullable String requestId,
        @JsonProperty("error") @Nullable IdentityError error) {

    /** As the identity API has it. */
    public record IdentityError(int code, String message, String title) {}
}
