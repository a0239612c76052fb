package dev.slipway.activities.failure;

import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.FinalFailure;
import io.temporal.failure.ApplicationFailure;
import org.jspecify.annotations.Nullable;

/** Turns a problem of the domain into a Temporal failure with a stable type. Only outages are retried. */
public final class Failures {

    private Failures() {}

    /** A failure that several tries did not cure; not retried. */
    static ApplicationFailure bug(String activity, int times, Throwable cause) {
        return FinalFailure.of(
                "step %s failed %d times: %s".formatted(activity, times, words(cause)), FailureTypes.BUG);
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        String type = cause.getClass().getSimpleName();
        return message == null ? type : "%s: %s".formatted(type, message);
    }

    public static ApplicationFailure of(Problem problem) {
        return of(problem, null);
    }

    /** @param account id of the account whose request is refused, the second detail; null if it is not known */
    public static ApplicationFailure of(Problem problem, @Nullable String account) {
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
        if (!(problem instanceof Unavailable)) {
            String code = problem.code().code();
            return account == null
                    ? FinalFailure.of(message, type, code)
                    : FinalFailure.of(message, type, code, account);
        }
        ApplicationFailure failure =
                ApplicationFailure.newFailure(message, type, problem.code().code());
        // Stack traces of several causes exceed the server's limit, and it would replace the message by a text of its
        // own.
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }
}
