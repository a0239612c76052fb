package dev.slipway.workflows.service;

import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.contract.BadEnd;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.failure.TerminatedFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A started child workflow that can be cancelled. Its end is a value, never an exception. Workflow code only. */
final class Child<R> {

    private final CancellationScope scope;
    private final Promise<R> result;
    private final Class<R> type;
    private final boolean ours;

    private Child(CancellationScope scope, Promise<R> result, Class<R> type, boolean ours) {
        this.scope = scope;
        this.result = result;
        this.type = type;
        this.ours = ours;
    }

    /**
     * Starts the child. Returns once it is started, or once it is known that a run of its id is already open.
     *
     * @param type of its result
     * @param stub the child; {@code call} calls its workflow method
     */
    static <R> Child<R> start(Class<R> type, Object stub, Functions.Func<R> call) {
        CompletablePromise<R> result = Workflow.newPromise();
        CancellationScope scope = Workflow.newCancellationScope(() -> result.completeFrom(Async.function(call)));
        scope.run();
        try {
            Workflow.getWorkflowExecution(stub).get();
            return new Child<>(scope, result, type, true);
        } catch (ChildWorkflowFailure alreadyRunning) {
            return new Child<>(scope, result, type, false);
        }
    }

    /** False if another workflow has started the open run of this id. */
    boolean isOurs() {
        return ours;
    }

    boolean hasEnded() {
        return result.isCompleted();
    }

    /** Asks it to end. It ends once it has cleaned up. */
    void cancel() {
        scope.cancel();
    }

    /** Its result, also a bad one; null if it failed or was cancelled without one. Only once it has ended. */
    @Nullable
    R result() {
        RuntimeException failure = result.getFailure();
        return failure == null ? result.get() : BadEnd.resultIn(failure, type).orElse(null);
    }

    /** Whether it failed by itself: no result, not cancelled, not lost. Only once it has ended. */
    boolean hasFailed() {
        RuntimeException failure = result.getFailure();
        return failure != null
                && !isLost()
                && BadEnd.resultIn(failure, type).isEmpty()
                && !(failure.getCause() instanceof CanceledFailure)
                && !(failure instanceof CanceledFailure);
    }

    /**
     * Whether it was ended from outside, in the middle of its work: somebody terminated it, or it ran out of its time. Only once it has
     * ended.
     */
    boolean isLost() {
        return result.getFailure() instanceof ChildWorkflowFailure failure
                && (failure.getCause() instanceof TerminatedFailure || failure.getCause() instanceof TimeoutFailure);
    }

    /** The id of its run, which tells it from others of the same workflow id. Only once it has ended without a result. */
    String runId() {
        return result.getFailure() instanceof ChildWorkflowFailure failure
                ? failure.getExecution().getRunId()
                : "";
    }

    /** Why it failed, for people. */
    String failure() {
        RuntimeException failure = result.getFailure();
        return failure instanceof TemporalFailure known ? ActivityCalls.causeOf(known) : String.valueOf(failure);
    }

    String describe(Function<R, String> words) {
        R answer = result();
        return answer == null ? "ended without an answer: " + failure() : words.apply(answer);
    }
}
