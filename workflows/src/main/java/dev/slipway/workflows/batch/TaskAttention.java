package dev.slipway.workflows.batch;

import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.TaskWish;
import dev.slipway.workflows.wake.WakeSignal;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What comes in the way of a task while it is worked on: what users ask, and its deadline. Commands of signals are given on to the door, and
 * what stands in the row is read, but only after a wake: a job that nobody disturbs pays nothing. Workflow code only.
 */
final class TaskAttention {

    private final WakeSignal wake;
    private final Deque<TaskCommand> commands = new ArrayDeque<>();
    private boolean isDeadlineOver;

    TaskAttention(WakeSignal wake) {
        this.wake = wake;
    }

    /** What is to be done next. */
    enum Ask {
        NOTHING,
        /** It shall rest. */
        PAUSE,
        /** Its time is over. */
        END
    }

    /** Watches the clock. */
    void watch(@Nullable Instant deadline) {
        if (deadline == null) {
            return;
        }
        Duration left = Duration.between(Instant.ofEpochMilli(Workflow.currentTimeMillis()), deadline);
        if (!left.isPositive()) {
            isDeadlineOver = true;
            return;
        }
        Workflow.newTimer(
                        left,
                        TimerOptions.newBuilder()
                                .setSummary("the job's deadline: it is ended after this")
                                .build())
                .handle((nothing, cancelled) -> isDeadlineOver |= cancelled == null);
    }

    boolean isDeadlineOver() {
        return isDeadlineOver;
    }

    /** To be called by the handler of a signal. */
    void command(TaskCommand command) {
        commands.add(command);
        wake.raise();
    }

    /** Whether there are commands of signals that the door does not have yet: the next run would not know of them. */
    boolean hasCommands() {
        return !commands.isEmpty();
    }

    /** Whether there is something to look at. */
    boolean isRaised() {
        return isDeadlineOver || wake.isRaised() || hasCommands();
    }

    /** What is to be done, as far as anything has come since the last look. */
    Ask look(BatchRun run) {
        if (isDeadlineOver) {
            return Ask.END;
        }
        if (!isRaised()) {
            return Ask.NOTHING;
        }
        if (isRunOfBefore()) {
            wake.clear();
            return Ask.NOTHING;
        }
        return read(run).isPaused() ? Ask.PAUSE : Ask.NOTHING;
    }

    /** A run that was woken by a worker that knew of no pause goes on as it began. */
    private static boolean isRunOfBefore() {
        return Workflow.getVersion("what-users-ask", Workflow.DEFAULT_VERSION, 1) == Workflow.DEFAULT_VERSION;
    }

    /** What users ask now. */
    TaskWish read(BatchRun run) {
        wake.clear();
        while (!commands.isEmpty()) {
            TaskCommand command = commands.remove();
            BatchCalls.task("asked by a signal: %s".formatted(command)).command(run, command);
        }
        return BatchCalls.task("what do users ask?").wish(run);
    }
}
