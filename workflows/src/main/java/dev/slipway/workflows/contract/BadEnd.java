package dev.slipway.workflows.contract;

import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bad end that is a result all the same: a failed import, a rollout that was rolled back, a failed job. The workflow ends as Failed, so
 * that the list of Temporal shows it, and the failure has the result as its detail. Whoever waits for the workflow takes it as a result.
 */
public final class BadEnd {

    public static final String IMPORT = "IMPORT_FAILED";
    public static final String ROLLOUT = "ROLLOUT_FAILED";
    public static final String JOB = "JOB_FAILED";

    private static final List<String> TYPES = List.of(IMPORT, ROLLOUT, JOB);

    private BadEnd() {}

    /**
     * The failure to end a workflow with. Without a stack, which would say nothing.
     *
     * @param type one of the above
     * @param cause for people; the failure says its first line, and the result has all of it
     */
    public static ApplicationFailure of(String type, @Nullable String cause, Object result) {
        return FinalFailure.of(cause == null ? type : firstLine(cause), type, result);
    }

    /** Lines after it are mostly the end of an instance's log, which an event shows. */
    private static String firstLine(String cause) {
        return cause.lines().findFirst().orElse("");
    }

    /** Whether a failure is such an end. */
    public static boolean isOne(ApplicationFailure failure) {
        return isType(failure.getType());
    }

    /** Whether it is one of the above. */
    public static boolean isType(String type) {
        return TYPES.contains(type);
    }

    /** The result in a failure, which may be wrapped; empty if it is no such end. */
    public static <R> Optional<R> resultIn(@Nullable Throwable failure, Class<R> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApplicationFailure found && isOne(found)) {
                return Optional.ofNullable(found.getDetails().get(type));
            }
        }
        return Optional.empty();
    }
}
