package dev.slipway.workflows.contract;

import java.util.List;

/** The types of the failures that activities throw. The first detail is the code that clients read. */
public final class FailureTypes {

    public static final String INVALID = "INVALID";
    public static final String NOT_FOUND = "NOT_FOUND";
    public static final String CONFLICT = "CONFLICT";
    public static final String NO_CAPACITY = "NO_CAPACITY";
    public static final String NOT_ALLOWED = "NOT_ALLOWED";

    /** A bug of ours, a full disk, or anything else that several tries did not cure. */
    public static final String BUG = "BUG";

    /** Something does not answer now: the only type that is tried again. */
    public static final String UNAVAILABLE = "UNAVAILABLE";

    /** The types that are never retried. */
    public static final List<String> FOR_GOOD = List.of(INVALID, NOT_FOUND, CONFLICT, NO_CAPACITY, NOT_ALLOWED, BUG);

    private FailureTypes() {}
}
