package dev.slipway.activities.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.workflows.activity.RetryLimits;
import dev.slipway.workflows.contract.FailureTypes;
import io.temporal.failure.ApplicationFailure;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every type that an activity fails with, and whether it is tried again. */
class FailuresTests {

    private static final List<Problem> ONE_OF_EACH = List.of(
            new Invalid(ErrorCode.PARAMETER, "x"),
            new NotFound(ErrorCode.SERVICE_UNKNOWN, "x"),
            new Conflict(ErrorCode.WRONG_STATE, "x"),
            new NoCapacity(ErrorCode.NO_RESOURCES, "x"),
            new NotAllowed(ErrorCode.NOT_AUTHORISED, "x"),
            new Unavailable(ErrorCode.UNAVAILABLE, "x"));

    @Test
    void eachProblemHasItsType() {
        assertThat(ONE_OF_EACH.stream().map(Object::getClass)).containsExactlyInAnyOrder(permitted());
        Map<String, Boolean> triedAgain = new TreeMap<>();
        for (Problem problem : ONE_OF_EACH) {
            ApplicationFailure failure = Failures.of(problem);
            triedAgain.put(failure.getType(), !failure.isNonRetryable());
        }
        ApplicationFailure bug = Failures.bug("Step", 5, new IllegalStateException("x"));
        triedAgain.put(bug.getType(), !bug.isNonRetryable());
        assertThat(triedAgain)
                .isEqualTo(Map.of(
                        "BUG", false,
                        "CONFLICT", false,
                        "INVALID", false,
                        "NOT_ALLOWED", false,
                        "NOT_FOUND", false,
                        "NO_CAPACITY", false,
                        "UNAVAILABLE", true));
        assertThat(types()).containsExactlyInAnyOrderElementsOf(triedAgain.keySet());
    }

    @Test
    void theServerIsToldWhatIsNotTriedAgain() {
        List<String> forGood = new ArrayList<>(types());
        forGood.remove(FailureTypes.UNAVAILABLE);
        assertThat(FailureTypes.FOR_GOOD).containsExactlyInAnyOrderElementsOf(forGood);
        assertThat(RetryLimits.UNTIL_IT_ANSWERS.getDoNotRetry()).containsExactlyInAnyOrderElementsOf(forGood);
    }

    private static Class<?>[] permitted() {
        return Problem.class.getPermittedSubclasses();
    }

    /** The constants of the contract. */
    private static List<String> types() {
        List<String> types = new ArrayList<>();
        for (Field field : FailureTypes.class.getFields()) {
            if (field.getType() == String.class) {
                try {
                    types.add((String) field.get(null));
                } catch (IllegalAccessException impossible) {
                    throw new AssertionError(impossible);
                }
            }
        }
        return types;
    }
}
