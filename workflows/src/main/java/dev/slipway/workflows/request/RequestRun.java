package dev.slipway.workflows.request;

import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.FinalFailure;
import dev.slipway.workflows.contract.request.AcceptedRequest;
import dev.slipway.workflows.contract.request.RequestActivities;
import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestOrder;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.request.RequestStanding;
import dev.slipway.workflows.contract.request.Withdrawn;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.progress.ShownStatus;
import dev.slipway.workflows.wake.ExternalMessage;
import dev.slipway.workflows.wake.LongHistory;
import dev.slipway.workflows.wake.WakeSignal;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.RawValue;
import io.temporal.common.converter.Values;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all request workflows do: accept the request and follow the work to its end; when cancelled, withdraw the work and follow it to that
 * end. Workflow code only.
 */
final class RequestRun {

    /** The entry of the memo that says why cancelled work goes on. */
    private static final String NOT_TAKEN_BACK = "not_taken_back";

    private static final Duration CANCEL_AGAIN = Duration.ofSeconds(15);

    private final String type;
    private final RequestKind kind;
    private final ProgressLog progress;
    private final ShownStatus status = new ShownStatus();
    private final WakeSignal wake = new WakeSignal();

    RequestRun(String type, RequestKind kind) {
        this.type = type;
        this.kind = kind;
        this.progress = new ProgressLog(type, List.of());
    }

    RequestResult carryOut(@Nullable RawValue input, @Nullable RawValue more) {
        if (Workflow.getInfo().getContinuedExecutionRunId().isEmpty()) {
            Optional<String> name = input == null ? Optional.empty() : RequestName.in(input);
            name.ifPresent(found -> progress.head("%s %s".formatted(type, found)));
            Workflow.upsertTypedSearchAttributes(
                    Attributes.KIND.valueSet("request"),
                    Attributes.STATUS.valueSet("asked"),
                    name.map(Attributes.NAME::valueSet).orElseGet(Attributes.NAME::valueUnset));
        }
        AcceptedRequest before = acceptedBefore(more);
        if (input == null || (more != null && before == null)) {
            throw refuse("%s: expected one input, a JSON object, found %s"
                    .formatted(type, input == null ? "none" : "several"));
        }
        AcceptedRequest accepted = before == null ? accept(input) : before;
        progress.head("%s %s".formatted(type, accepted.name()));
        try {
            RequestResult result = follow(accepted, () -> continueIfLong(input, accepted));
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

    /** What an earlier run of this workflow accepted; null if this is the first run. */
    private static @Nullable AcceptedRequest acceptedBefore(@Nullable RawValue more) {
        if (more == null || Workflow.getInfo().getContinuedExecutionRunId().isEmpty()) {
            return null;
        }
        try {
            return Payloads.converter().fromPayload(more.getPayload(), AcceptedRequest.class, AcceptedRequest.class);
        } catch (DataConverterException notOurs) {
            return null;
        }
    }

    private static void continueIfLong(RawValue input, AcceptedRequest accepted) {
        if (LongHistory.isReached()) {
            CancellationScope.throwCanceled(); // the next run would not know of it
            Workflow.continueAsNew(input, accepted);
        }
    }

    /** The signal that the state of the work may have changed. */
    void wake() {
        wake.raise();
    }

    /** @param beforeEachWait called while the work goes on */
    private RequestResult follow(AcceptedRequest accepted, Runnable beforeEachWait) {
        String told = "";
        while (true) {
            wake.clear();
            RequestStanding standing = calls("how does it stand?").follow(order(), accepted);
            RequestResult result = standing.result();
            if (result != null) {
                return result;
            }
            String state = standing.state();
            if (state != null) {
                status.show(state);
            }
            if (!standing.details().equals(told)) {
                told = standing.details();
                progress.add(told);
            }
            beforeEachWait.run();
            wake.await("the end of " + accepted.title());
        }
    }

    private RequestOrder order() {
        WorkflowInfo info = Workflow.getInfo();
        return new RequestOrder(kind, info.getWorkflowId(), info.getFirstExecutionRunId());
    }

    /** Runs to its end even if cancelled meanwhile: only then is it known whether there is something to withdraw. */
    private AcceptedRequest accept(RawValue input) {
        try {
            AcceptedRequest accepted = ActivityCalls.uninterrupted(
                    () -> calls("accept the request").accept(order(), input));
            progress.add("accepted: " + accepted.title());
            Workflow.upsertTypedSearchAttributes(
                    Attributes.NAME.valueSet(accepted.name()),
                    Attributes.RESOURCE.valueSet(accepted.id()),
                    Attributes.TENANT.valueSet(accepted.tenant()),
                    Attributes.GENERATION.valueSet(accepted.generation()),
                    Attributes.STATUS.valueSet("accepted"));
            return accepted;
        } catch (ActivityFailure failure) {
            throw refused(failure);
        }
    }

    /** By an activity, which knows whose it is. */
    private RuntimeException refuse(String why) {
        try {
            ActivityCalls.<@Nullable Void>uninterrupted(() -> {
                calls("refuse the request").refuse(order(), why);
                return null;
            });
            throw new IllegalStateException("the request was refused, expected a failure, found none");
        } catch (ActivityFailure failure) {
            return refused(failure);
        }
    }

    /** Stays in this run, however long the work takes to end: a new run would not be cancelled, and would end as failed. */
    private CanceledFailure takenBack(AcceptedRequest accepted) {
        return ActivityCalls.uninterrupted(() -> {
            Withdrawn withdrawn;
            try {
                withdrawn = calls("take it back").withdraw(accepted, order());
            } catch (ActivityFailure failure) {
                return notTakenBack(accepted, failure);
            }
            progress.add("cancelled: " + withdrawn.words());
            String rollout = withdrawn.rollout();
            wake.reset(rollout == null ? WakeSignal.FIRST_PAUSE : CANCEL_AGAIN);
            RolloutCancellation cancellation = new RolloutCancellation(rollout);
            RequestResult result = follow(accepted, cancellation::send);
            tellEnd(result);
            return new CanceledFailure("%s was cancelled: %s".formatted(type, withdrawn.words()));
        });
    }

    /** What it asked for goes on, and whoever cancelled it has to know. */
    private CanceledFailure notTakenBack(AcceptedRequest accepted, ActivityFailure failure) {
        String reason =
                "%s was cancelled, but '%s' could not be taken back and goes on: %s. Stop or delete it by the API."
                        .formatted(type, accepted.id(), ActivityCalls.causeOf(failure));
        progress.add(reason);
        // Temporal keeps no message of a cancelled run; the memo stands in its UI.
        Workflow.upsertMemo(Map.of(NOT_TAKEN_BACK, reason));
        return new CanceledFailure(reason);
    }

    /** Cancels a rollout once. It may not have started yet: then it is tried again later. */
    private static final class RolloutCancellation {

        private @Nullable String rollout;

        /** @param rollout null if there is none */
        RolloutCancellation(@Nullable String rollout) {
            this.rollout = rollout;
        }

        void send() {
            String id = rollout;
            if (id != null
                    && ExternalMessage.arrives(
                            () -> Workflow.newUntypedExternalWorkflowStub(id).cancel())) {
                rollout = null;
            }
        }
    }

    private void tellEnd(RequestResult result) {
        String error = result.errorMsg();
        progress.add(error == null ? result.status() : result.status() + ": " + error);
        Workflow.upsertTypedSearchAttributes(Attributes.STATUS.valueSet(result.status()));
    }

    /** The end of a request that is refused; the failure itself if it is none of our refusals. */
    private RuntimeException refused(ActivityFailure failure) {
        if (!(failure.getCause() instanceof ApplicationFailure cause)) {
            return failure;
        }
        Values details = cause.getDetails();
        progress.add("refused: " + cause.getOriginalMessage());
        Workflow.upsertTypedSearchAttributes(
                Attributes.STATUS.valueSet("refused"),
                details.getSize() > 1
                        ? Attributes.TENANT.valueSet(details.get(1, String.class))
                        : Attributes.TENANT.valueUnset());
        return FinalFailure.of(
                cause.getOriginalMessage(), cause.getType(), details.getSize() > 0 ? details.get(String.class) : null);
    }

    private static RequestActivities calls(String summary) {
        return ActivityCalls.untilDone(RequestActivities.class, summary);
    }
}
