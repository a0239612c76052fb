package dev.slipway.activities.batch;

import dev.slipway.instance.client.InstanceResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an instance answered. To be closed by whom it ends with.
 *
 * @param retryAfterSeconds null if it does not say
 * @param cause what the runtime says of a package that failed, type and message of its exception; null if it says nothing
 */
record ModelAnswer(
        int status,
        @Nullable Integer retryAfterSeconds,
        @Nullable String cause,
        AnswerBody body) {

    /** Reads the response to its end. */
    static ModelAnswer read(InstanceResponse response, long longest, Path folder) throws IOException {
        String retryAfter = response.header("Retry-After");
        return new ModelAnswer(
                response.status(),
                retryAfter != null && retryAfter.matches("[0-9]{1,6}") ? Integer.valueOf(retryAfter) : null,
                response.header("X-Error-Cause"),
                AnswerBody.read(response.body(), longest, folder));
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    boolean isBusy() {
        return status == 503 || status == 429;
    }
}
