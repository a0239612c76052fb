package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.UnwrittenResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of a task whose result files cannot be written, page by page. */
final class UnwrittenResults {
    private static final int EACH = 200;

    private final BatchStore tasks;
    private final TaskId task;
    private final Deque<UnwrittenResult> page = new ArrayDeque<>();
    private long from;
    private boolean exhausted;

    UnwrittenResults(BatchStore tasks, TaskId task) {
        this.tasks = tasks;
        this.task = task;
    }

    /** Null if its result can be written. Call it with inputs in order. */
    @Nullable
    UnwrittenResult of(long input) {
        while (true) {
            UnwrittenResult next = page.peek();
            if (next == null && !exhausted) {
                List<UnwrittenResult> more = tasks.unwritten(task, from, EACH);
                page.addAll(more);
                exhausted = more.size() < EACH;
                from = more.isEmpty() ? from : more.getLast().input() + 1;
                continue;
            }
            if (next == null || next.input() > input) {
                return null;
            }
            page.remove();
            if (next.input() == input) {
                return next;
            }
        }
    }
}
