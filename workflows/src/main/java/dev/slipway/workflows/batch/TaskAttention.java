package dev.slipway.workflows.batch;

import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.TaskWish;
import dev.slipway.workflows.wake.WakeSignal;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What users ask of a task while it is worked on. Commands of signals are given on to the door, and what stands in the row is read, but only
 * after a wake: a job that nobody disturbs pays nothing. Workflow code only.
 */
final class TaskAttention {

    private final WakeSignal wake;
    private final Deque<TaskCommand> commands = new ArrayDeque<>();

    TaskAttention(WakeSignal wake) {
        this.wake = wake;
    }

    /** To be called by the handler of a signal. */
    void command(TaskCommand command) {
        commands.add(command);
        wake.raise();
    }

    /** Whether there is something to read. A run must not continue as new before. */
    boolean isRaised() {
        return wake.isRaised() || !commands.isEmpty();
    }

    /** Whether it shall rest, as far as anybody has said so since the last look. */
    boolean isPauseAsked(BatchRun run) {
        return isRaised() && read(run).isPaused();
    }

    /** What is asked now. */
    TaskWish read(BatchRun run) {
        wake.clear();
        while (!commands.isEmpty()) {
            TaskCommand command = commands.remove();
            BatchCalls.task("asked by a signal: %s".formatted(command)).command(run, command);
        }
        return BatchCalls.task("what do users ask?").wish(run);
    }
}
