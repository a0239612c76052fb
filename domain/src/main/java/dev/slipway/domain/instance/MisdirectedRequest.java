package dev.slipway.domain.instance;

import org.jspecify.annotations.Nullable;

/**
 * The rule of 421. Every request to an instance, of a user or a health probe, names in {@link #HEADER} the instance that it is for. When
 * that one has ended, another may listen on its port: it answers 421 with its own name in the same header, and has not looked at the
 * request. A 421 that names nobody is an answer of the model's own.
 */
public final class MisdirectedRequest {

    /** Names the instance that a request is for, and in an answer of 421 the one that refuses it. */
    public static final String HEADER = "X-Slipway-Instance";

    /** HTTP status 421, Misdirected Request. */
    public static final int STATUS = 421;

    private MisdirectedRequest() {}

    /**
     * Whether another instance than {@code meant} has refused the request unseen.
     *
     * @param status of the answer
     * @param named what the answer has in {@link #HEADER}, null if nothing
     */
    public static boolean isRefusedByAnother(int status, @Nullable String named, InstanceId meant) {
        return status == STATUS && named != null && !named.equals(meant.toString());
    }
}
