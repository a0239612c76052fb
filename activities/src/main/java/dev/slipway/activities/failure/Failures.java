package dev.slipway.activities.failure;

import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.workflows.contract.FailureTypes;
import io.temporal.failure.ApplicationFailure;

/** Turns a problem of the domain into a failure with a stable type; only what does not answer now is worth a retry. */
public final class Failures {

    private Failures() {}

    /** What a few tries did not cure: not tried again. */
    static ApplicationFailure bug(String activity, int times, RuntimeException cause) {
        ApplicationFailure failure = ApplicationFailure.newNonRetryableFailure(
                "step %s failed %d times: %s".formatted(activity, times, words(cause)), FailureTypes.BUG);
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        String type = cause.getClass().getSimpleName();
        return message == null ? type : "%s: %s".formatted(type, message);
    }

    public static ApplicationFailure of(Problem problem) {
        String type =
                switch (problem) {
                    case Invalid invalid -> FailureTypes.INVALID;
                    case NotFound notFound -> FailureTypes.NOT_FOUND;
                    case Conflict conflict -> FailureTypes.CONFLICT;
                    case NoCapacity noCapacity -> FailureTypes.NO_CAPACITY;
                    case NotAllowed notAllowed -> FailureTypes.NOT_ALLOWED;
                    case Unavailable unavailable -> FailureTypes.UNAVAILABLE;
                };
        String message = String.valueOf(problem.getMessage());
        ApplicationFailure failure = problem instanceof Unavailable
                ? ApplicationFailure.newFailure(message, type, problem.code().code())
                : ApplicationFailure.newNonRetryableFailure(
                        message, type, problem.code().code());
        // Traces of a few causes pass the server's limit, and it shows a sentence of its own in place of the message.
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }
}
