package dev.slipway.activities.batch;

import org.jspecify.annotations.Nullable;

/**
 * What an instance answered.
 *
 * @param retryAfterSeconds null if it does not say
 * @param cause what the runtime says of a package that failed, type and message of its exception; null if it says nothing
 * @param keepsConnection whether it takes another request on the same connection
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never kept
record ModelAnswer(
        int status,
        @Nullable Integer retryAfterSeconds,
        @Nullable String cause,
        boolean keepsConnection,
        byte[] body) {
    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    boolean isBusy() {
        return status == 503 || status == 429;
    }
}
