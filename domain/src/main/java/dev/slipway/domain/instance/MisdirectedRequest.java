package dev.slipway.domain.instance;

import org.jspecify.annotations.Nullable;

/**
 * The rule of 421. Every request to an instance, also a health check, names the instance in {@link #HEADER}. When that instance has ended,
 * another one may listen on its port. It answers 421 with its own name in the same header and does not handle the request. A 421 without
 * that header is an answer of the model.
 */
public final class MisdirectedRequest {

    /** The addressed instance in a request; the refusing instance in an answer of 421. */
    public static final String HEADER = "X-Slipway-Instance";

    /** HTTP status 421, Misdirected Request. */
    public static final int STATUS = 421;

    private MisdirectedRequest() {}

    /**
     * Whether an instance other than {@code meant} has refused the request without handling it.
     *
     * @param status of the answer
     * @param named the value of {@link #HEADER} in the answer; null if it has none
     */
    public static boolean isRefusedByAnother(int status, @Nullable String named, InstanceId meant) {
        return status == STATUS && named != null && !named.equals(meant.toString());
    }
}
