package dev.slipway.workflows.service;

import dev.slipway.workflows.activity.ActivityCalls;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A child workflow that has been started and may be cancelled; its end is a value, never an exception. Workflow code only. */
final class Child<R> {

    private final CancellationScope scope;
    private final Promise<R> result;
    private final boolean ours;

    private Child(CancellationScope scope, Promise<R> result, boolean ours) {
        this.scope = scope;
        this.result = result;
        this.ours = ours;
    }

    /**
     * Starts the child and returns once it is started, or once it is known that a run of its id lives already.
     *
     * @param stub the child; {@code call} calls its workflow method
     */
    static <R> Child<R> start(Object stub, Functions.Func<R> call) {
        CompletablePromise<R> result = Workflow.newPromise();
        CancellationScope scope = Workflow.newCancellationScope(() -> result.completeFrom(Async.function(call)));
        scope.run();
        try {
            Workflow.getWorkflowExecution(stub).get();
            return new Child<>(scope, result, true);
        } catch (ChildWorkflowFailure alreadyRunning) {
            return new Child<>(scope, result, false);
        }
    }

    /** False if a run of the id lives that somebody else has started. */
    boolean isOurs() {
        return ours;
    }

    boolean hasEnded() {
        return result.isCompleted();
    }

    /** Asks it to end; it answers when it has cleaned up. */
    void cancel() {
        scope.cancel();
    }

    /** What it answered; null if it failed or was cancelled without an answer. Only once it has ended. */
    @Nullable
    R result() {
        return result.getFailure() == null ? result.get() : null;
    }

    /** Whether it ended by a failure: not with an answer, and not because it was cancelled. Only once it has ended. */
    boolean hasFailed() {
        RuntimeException failure = result.getFailure();
        return failure != null
                && !(failure.getCause() instanceof CanceledFailure)
                && !(failure instanceof CanceledFailure);
    }

    /** Why it failed, for people. */
    String failure() {
        RuntimeException failure = result.getFailure();
        return failure instanceof TemporalFailure known ? ActivityCalls.causeOf(known) : String.valueOf(failure);
    }

    String describe(Function<R, String> words) {
        R answer = result();
        return answer == null ? "ended without an answer (%s)".formatted(result.getFailure()) : words.apply(answer);
    }
}
