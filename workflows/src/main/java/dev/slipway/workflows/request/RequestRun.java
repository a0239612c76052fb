package dev.slipway.workflows.request;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.request.AcceptedRequest;
import dev.slipway.workflows.contract.request.RequestActivities;
import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestOrder;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.request.Withdrawn;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.progress.Retries;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancelExternalWorkflowException;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all request workflows do: accept, follow, and on a cancellation take back and follow to that end. Workflow code only. */
final class RequestRun {

    private static final Duration SHORT_CALL = Duration.ofSeconds(30);
    private static final Duration CANCEL_AGAIN = Duration.ofSeconds(15);

    private final String type;
    private final RequestKind kind;
    private final ProgressLog progress;

    RequestRun(String type, RequestKind kind) {
        this.type = type;
        this.kind = kind;
        this.progress = new ProgressLog(type, List.of());
    }

    RequestResult carryOut(@Nullable RawValue input, @Nullable RawValue more) {
        if (input == null || more != null) {
            throw refused(
                    "%s: expected one input, a JSON object, found %s"
                            .formatted(type, input == null ? "none" : "several"),
                    FailureTypes.INVALID,
                    ErrorCode.PARAMETER.code());
        }
        AcceptedRequest accepted = accept(input);
        try {
            RequestResult result =
                    calls("wait for the end", Retries.WHILE_UNDER_WAY).follow(accepted);
            tellEnd(result);
            return result;
        } catch (CanceledFailure cancelled) {
            throw takenBack(accepted);
        } catch (ActivityFailure failure) {
            if (failure.getCause() instanceof CanceledFailure) {
                throw takenBack(accepted);
            }
            throw failure;
        }
    }

    /** Runs to its end also when cancelled meanwhile: only then it is known whether there is something to take back. */
    private AcceptedRequest accept(RawValue input) {
        WorkflowInfo info = Workflow.getInfo();
        RequestOrder order = new RequestOrder(kind, info.getWorkflowId(), info.getFirstExecutionRunId());
        try {
            AcceptedRequest accepted = detached(
                    () -> calls("accept the request", Retries.UNTIL_IT_ANSWERS).accept(order, input));
            progress.add("accepted: " + accepted.title());
            Workflow.upsertTypedSearchAttributes(
                    Attributes.KIND.valueSet("request"),
                    Attributes.RESOURCE.valueSet(accepted.id()),
                    Attributes.TENANT.valueSet(accepted.tenant()),
                    Attributes.GENERATION.valueSet(accepted.generation()),
                    Attributes.STATUS.valueSet("accepted"));
            return accepted;
        } catch (ActivityFailure failure) {
            if (failure.getCause() instanceof ApplicationFailure cause) {
                throw refused(
                        cause.getOriginalMessage(),
                        cause.getType(),
                        cause.getDetails().get(String.class));
            }
            throw failure;
        }
    }

    private CanceledFailure takenBack(AcceptedRequest accepted) {
        return detached(() -> {
            Withdrawn withdrawn =
                    calls("take it back", Retries.UNTIL_IT_ANSWERS).withdraw(accepted);
            progress.add("cancelled: " + withdrawn.words());
            RequestActivities following = calls("wait until it is taken back", Retries.WHILE_UNDER_WAY);
            Promise<RequestResult> end = Async.function(following::follow, accepted);
            String rollout = withdrawn.rollout();
            while (rollout != null && !end.isCompleted()) {
                cancel(rollout);
                Workflow.await(CANCEL_AGAIN, end::isCompleted);
            }
            RequestResult result = end.get();
            tellEnd(result);
            return new CanceledFailure("%s was cancelled: %s".formatted(type, withdrawn.words()));
        });
    }

    /** Again and again, since a rollout may not have begun yet, or may go on in a new run that knows of no cancellation. */
    private static void cancel(String rollout) {
        try {
            Workflow.newUntypedExternalWorkflowStub(rollout).cancel();
        } catch (CancelExternalWorkflowException notThereNow) {
            // It has ended, or begins later.
        }
    }

    private void tellEnd(RequestResult result) {
        String error = result.errorMsg();
        progress.add(error == null ? result.status() : result.status() + ": " + error);
        Workflow.upsertTypedSearchAttributes(Attributes.STATUS.valueSet(result.status()));
    }

    private static ApplicationFailure refused(String message, String failureType, String code) {
        return ApplicationFailure.newNonRetryableFailure(message, failureType, code);
    }

    private static RequestActivities calls(String summary, RetryOptions retries) {
        return Workflow.newActivityStub(
                RequestActivities.class,
                ActivityOptions.newBuilder()
                        .setTaskQueue(Queues.CONTROL)
                        .setStartToCloseTimeout(SHORT_CALL)
                        .setRetryOptions(retries)
                        .setSummary(summary)
                        .build());
    }

    private static <R> R detached(Supplier<R> work) {
        CompletablePromise<R> result = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> result.complete(work.get())).run();
        return result.get();
    }
}
