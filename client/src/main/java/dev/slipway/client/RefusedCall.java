package dev.slipway.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The API refused a call, and says why. */
public final class RefusedCall extends ClientFailure {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String reason;
    private final @Nullable Duration retryAfter;

    RefusedCall(String call, Answer answer, @Nullable Duration retryAfter) {
        super("%s: expected a good answer, found status %d: %s".formatted(call, answer.status(), words(answer)));
        this.status = answer.status();
        this.code = answer.errorCode();
        this.reason = answer.errorMessage().isEmpty() ? answer.text() : answer.errorMessage();
        this.retryAfter = retryAfter;
    }

    /** The code and the message of a refusal of ours; what else answered as it is. */
    private static String words(Answer answer) {
        return answer.errorMessage().isEmpty()
                ? answer.text()
                : "%s %s".formatted(answer.errorCode(), answer.errorMessage());
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** For example {@code ModelArts.3502}; empty if a proxy answered. */
    public String code() {
        return code;
    }

    /** The message of the API, without the call. */
    public String reason() {
        return reason;
    }

    /** When to try again; empty if that does not help. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
