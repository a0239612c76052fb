package dev.slipway.standalone.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.slipway.domain.problem.LogBudget;
import dev.slipway.workflows.contract.BadEnd;
import dev.slipway.workflows.contract.FailureTypes;
import io.temporal.failure.ApplicationFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * One line for each failure. Temporal's SDK has a line for each failed activity and for each failed workflow. Of an activity, a line or an
 * event of ours tells the same. So does the event of a failed import, rollout or job. What is left is a workflow that is refused, mostly a
 * request: its line gets the form of a refused request of the API. Any other failure keeps the SDK's line.
 */
public final class ToldFailures extends TurboFilter {

    static final String ACTIVITIES = "io.temporal.internal.activity.ActivityTaskExecutors$ActivityTaskExecutor";
    static final String WORKFLOWS = "io.temporal.internal.sync.WorkflowExecutionHandler";

    private static final LogBudget BUDGET = new LogBudget(50);

    private final org.slf4j.Logger ours = LoggerFactory.getLogger(ToldFailures.class);

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable failure) {
        if (level != Level.WARN || format == null || parameters == null || parameters.length == 0) {
            return FilterReply.NEUTRAL;
        }
        boolean isWorkflow = logger.getName().equals(WORKFLOWS);
        if (!isWorkflow && !logger.getName().equals(ACTIVITIES)) {
            return FilterReply.NEUTRAL;
        }
        Object last = failure == null ? parameters[parameters.length - 1] : failure;
        if (!(last instanceof ApplicationFailure told) || !isOurs(told.getType())) {
            return FilterReply.NEUTRAL;
        }
        if (isWorkflow && !BadEnd.isOne(told)) {
            refused(parameters, told);
        }
        return FilterReply.DENY;
    }

    private static boolean isOurs(@Nullable String type) {
        if (type == null) {
            return false;
        }
        return FailureTypes.FOR_GOOD.contains(type) || FailureTypes.UNAVAILABLE.equals(type) || BadEnd.isType(type);
    }

    /** @param parameters of the SDK's line: id, run and type of the workflow, and the failure */
    private void refused(Object[] parameters, ApplicationFailure failure) {
        int leftOut = BUDGET.take(System.nanoTime());
        if (leftOut == LogBudget.NONE) {
            return;
        }
        ours.atLevel(
                        FailureTypes.BUG.equals(failure.getType())
                                ? org.slf4j.event.Level.WARN
                                : org.slf4j.event.Level.INFO)
                .log(
                        "refused request={} code={} workflow={} message={}{}",
                        parameters[0],
                        code(failure),
                        parameters.length > 2 ? parameters[2] : "",
                        failure.getOriginalMessage(),
                        leftOut == 0 ? "" : " (refusals before it that are not shown: %d)".formatted(leftOut));
    }

    private static String code(ApplicationFailure failure) {
        String code = failure.getDetails().getSize() > 0 ? failure.getDetails().get(String.class) : null;
        return code == null ? failure.getType() : code;
    }
}
