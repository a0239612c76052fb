package dev.slipway.workflows.contract;

/**
 * The types of the failures that activities throw. All but {@link #UNAVAILABLE} and {@link #UNDER_WAY} are never worth a retry, and the server is told so.
 * The first detail is the code that clients read.
 */
public final class FailureTypes {

    public static final String INVALID = "INVALID";
    public static final String NOT_FOUND = "NOT_FOUND";
    public static final String CONFLICT = "CONFLICT";
    public static final String NO_CAPACITY = "NO_CAPACITY";
    public static final String NOT_ALLOWED = "NOT_ALLOWED";
    /** Something does not answer now: retried by Temporal. */
    public static final String UNAVAILABLE = "UNAVAILABLE";
    /** No failure at all: what is waited for has not ended, and is looked at again later. */
    public static final String UNDER_WAY = "UNDER_WAY";
    /** A mistake of ours that a few retries did not cure. */
    public static final String BUG = "BUG";

    private FailureTypes() {}
}
