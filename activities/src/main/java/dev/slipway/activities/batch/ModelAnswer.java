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
        String retryAfter = response.header("Retry-After");
        AnswerBody body = AnswerBody.read(response.body(), longest, folder);
        return new ModelAnswer(
                response.status(),
                from.isOpen(), // else it may have ended in the middle of the request
                retryAfter != null && retryAfter.matches("[0-9]{1,6}") ? Integer.valueOf(retryAfter) : null,
                response.header("X-Error-Cause"),
                body);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    boolean isBusy() {
        return status == 503 || status == 429;
    }
}
