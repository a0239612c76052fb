package dev.slipway.activities.failure;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import io.temporal.activity.Activity;
import io.temporal.activity.DynamicActivity;
import io.temporal.common.converter.EncodedValues;

/**
 * Gets each step that no activity of a worker is registered for. It fails as an outage, so that it is retried until a worker of another
 * version takes it, and an event tells of it. Has no effect.
 */
public final class UnknownSteps implements DynamicActivity {

    @Override
    public Object execute(EncodedValues arguments) {
        String step = Activity.getExecutionContext().getInfo().getActivityType();
        throw new Unavailable(
                ErrorCode.UNAVAILABLE,
                "step '%s' is not in this version of the worker; start a worker of the version that began this"
                        .formatted(step));
    }
}
