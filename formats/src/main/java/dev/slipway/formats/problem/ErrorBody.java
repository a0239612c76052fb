package dev.slipway.formats.problem;

import dev.slipway.formats.wire.WireRecord;
import org.jspecify.annotations.Nullable;

/**
 * The body of every refusal.
 *
 * @param message the same as {@code errorMsg}: clients of OpenStack's kind show this field alone
 * @param requestId also the header {@code X-Request-Id}; null only where there is none yet
 * @param error the nested form that identity clients read as well; null on other paths
 */
@WireRecord
public record ErrorBody(
        String errorCode,
        String errorMsg,
        String message,
        @Nullable String requestId,
        @Nullable IdentityError error) {

    /** With one text for both fields. */
    public ErrorBody(String errorCode, String errorMsg, @Nullable String requestId, @Nullable IdentityError error) {
        this(errorCode, errorMsg, errorMsg, requestId, error);
    }

    /** As the identity API has it. */
    @WireRecord
    public record IdentityError(int code, String message, String title) {}
}
