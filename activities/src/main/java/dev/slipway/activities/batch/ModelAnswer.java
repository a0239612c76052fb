package dev.slipway.activities.batch;

import dev.slipway.instance.client.InstanceConnection;
import dev.slipway.instance.client.InstanceResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The answer of an instance. Its last user closes it.
 *
 * @param retryAfterSeconds null if it has none
 * @param tookAll whether the whole request was sent: an instance may answer before it has read it
 * @param cause type and message of the exception of a package that failed, as the runtime reports it; null if there is none
 */
record ModelAnswer(
        int status,
        boolean tookAll,
        @Nullable Integer retryAfterSeconds,
        @Nullable String cause,
        AnswerBody body) {

    /** Reads the response to its end. */
    static ModelAnswer read(InstanceConnection from, InstanceResponse response, long longest, Path folder)
            throws IOException {
        AnswerBody body = AnswerBody.read(response.body(), longest, folder);
        return new ModelAnswer(
                response.status(),
                from.isOpen(), // else it may have ended in the middle of the request
                retryAfterSeconds(response.header("Retry-After")),
                response.header("X-Error-Cause"),
                body);
    }

    /** The number of that header; null if it has none. */
    static @Nullable Integer retryAfterSeconds(@Nullable String header) {
        return header != null && header.matches("[0-9]{1,6}") ? Integer.valueOf(header) : null;
    }

    boolean isSuccess() {
        return isSuccess(status);
    }

    boolean isBusy() {
        return isBusy(status);
    }

    static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    static boolean isBusy(int status) {
        return status == 503 || status == 429;
    }
}
