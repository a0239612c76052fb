package dev.slipway.activities.failure;

import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wraps every activity of a worker and translates its exceptions by {@link Failures}. */
public final class FailureInterceptor extends WorkerInterceptorBase {

    private static final Logger LOG = LoggerFactory.getLogger(FailureInterceptor.class);

    private static final int TRIES_OF_WHAT_IS_UNEXPECTED = 5;

    private final UnexpectedFailures unexpectedFailures = new UnexpectedFailures();
    private final Outages outages;
    private final int tries;

    public FailureInterceptor() {
        this((workflow, activity, attempt, lasts, reason) -> {});
    }

    /** @param outages gets every attempt that failed because something does not answer now, or waits long for it */
    public FailureInterceptor(Outages outages) {
        this(outages, TRIES_OF_WHAT_IS_UNEXPECTED);
    }

    /** @param tries how often an unexpected failure is tried before it counts as a bug */
    public FailureInterceptor(Outages outages, int tries) {
        this.outages = outages;
        this.tries = tries;
    }

    /** Gets the failed attempts of steps that are retried, and those that wait in vain. */
    @FunctionalInterface
    public interface Outages {
        /** @param lasts how long it has not worked */
        void failed(String workflowId, String activity, int attempt, Duration lasts, String reason);
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new ActivityInboundCallsInterceptorBase(next) {
            private @Nullable ActivityExecutionContext context;

            @Override
            public void init(ActivityExecutionContext context) {
                this.context = context;
                super.init(context);
            }

            @Override
            public ActivityOutput execute(ActivityInput input) {
                long begun = System.nanoTime();
                try {
                    return super.execute(input);
                } catch (Unavailable outage) {
                    tell(Objects.requireNonNull(context).getInfo(), begun, outage);
                    throw Failures.of(outage);
                } catch (Problem problem) {
                    throw Failures.of(problem);
                } catch (ActivityCompletionException | ApplicationFailure said) {
                    throw said;
                } catch (OutOfMemoryError | InternalError process) {
                    throw process; // not of this step: another process gets it
                } catch (Throwable failure) { // an edge: a bug, a full disk or anything else is tried a few times
                    throw unexpected(Objects.requireNonNull(context).getInfo(), failure);
                }
            }
        };
    }

    /** A retryable failure, or a bug after the last try. */
    private RuntimeException unexpected(ActivityInfo info, Throwable failure) {
        String key = info.getWorkflowRunId() + "/" + info.getActivityId();
        if (Thread.currentThread().isInterrupted()) {
            return Activity.wrap(failure);
        }
        int times = unexpectedFailures.count(key);
        LOG.error(
                "activity={} workflow={} attempt={} failed unexpectedly, {} of {} times",
                info.getActivityType(),
                info.getWorkflowId(),
                info.getAttempt(),
                times,
                tries,
                failure);
        if (times < tries) {
            return Activity.wrap(failure);
        }
        unexpectedFailures.forget(key);
        return Failures.bug(info.getActivityType(), times, failure);
    }

    /** A first attempt may have waited for a worker. */
    private static Duration lasts(ActivityInfo info, long begun) {
        return info.getAttempt() == 1
                ? Duration.ofNanos(System.nanoTime() - begun)
                : Duration.ofMillis(System.currentTimeMillis() - info.getScheduledTimestamp());
    }

    private void tell(ActivityInfo info, long begun, Unavailable outage) {
        if (info.getAttempt() == 1) {
            LOG.warn("activity={} workflow={} fails for now", info.getActivityType(), info.getWorkflowId(), outage);
        }
        try {
            outages.failed(
                    info.getWorkflowId(),
                    info.getActivityType(),
                    info.getAttempt(),
                    lasts(info, begun),
                    String.valueOf(outage.getMessage()));
        } catch (RuntimeException e) { // the step is retried anyway, and the next failure may be reported
            LOG.warn("not told activity={} workflow={}", info.getActivityType(), info.getWorkflowId(), e);
        }
    }
}
