package dev.slipway.standalone.load;

import org.jspecify.annotations.Nullable;

/**
 * The result of one request.
 *
 * @param at nanoseconds since the load began
 * @param took nanoseconds until its end
 * @param version which version answered; null if it failed
 * @param failure why it failed; null if it was answered
 */
record RequestSample(
        long at,
        long took,
        @Nullable String version,
        @Nullable String failure) {

    static RequestSample answered(long at, long took, String version) {
        return new RequestSample(at, took, version, null);
    }

    static RequestSample failed(long at, long took, String failure) {
        return new RequestSample(at, took, null, failure);
    }
}
