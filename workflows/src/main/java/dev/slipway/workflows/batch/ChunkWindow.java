package dev.slipway.workflows.batch;

import dev.slipway.domain.batch.ChunkSizes;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.batch.Chunk;
import dev.slipway.workflows.contract.batch.ChunkDone;
import dev.slipway.workflows.contract.batch.ChunkList;
import dev.slipway.workflows.contract.batch.ChunkQuery;
import dev.slipway.workflows.contract.batch.OpenedTask;
import dev.slipway.workflows.contract.batch.TaskStanding;
import dev.slipway.workflows.progress.Counted;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs chunks, several at once, until every record of the task has an outcome or one history has enough chunks. It asks the database each
 * time what is left to do, so it needs no state from before. Workflow code only.
 */
final class ChunkWindow {
    private static final int CUT_AHEAD = 4;

    private final BatchRun run;
    private final OpenedTask task;
    private final int most;
    private final Consumer<String> progress;
    private final TaskAttention attention;
    private final Deque<Chunk> waiting = new ArrayDeque<>();
    private final List<Running> running = new ArrayList<>();
    private final ChunkSizes sizes = new ChunkSizes();
    private long from;
    private boolean more = true;
    private int begun;
    private boolean lacksInstances;
    private String trouble = "";
    private long records;
    private long failed;

    private record Running(Chunk chunk, Promise<ChunkDone> done) {}

    /**
     * @param most chunks of this window at most
     * @param attention what users ask meanwhile
     */
    ChunkWindow(BatchRun run, OpenedTask task, int most, Consumer<String> progress, TaskAttention attention) {
        this.run = run;
        this.task = task;
        this.most = most;
        this.progress = progress;
        this.attention = attention;
    }

    /** What is left to do. */
    enum Left {
        /** Every record has an outcome. */
        NOTHING,
        /** Enough chunks were done for one history: another run has to go on. */
        MORE,
        /** No instance answers: the same window goes on once one does. */
        INSTANCES,
        /** A user asks it to rest. Chunks may be at work: they are to be cancelled. */
        PAUSE,
        /** Its limits end it. Chunks may be at work: they are to be cancelled. */
        ENDED
    }

    /** Works until one of these is true. */
    Left workThrough() {
        lacksInstances = false;
        while (true) {
            if (!trouble.isEmpty()) {
                return Left.ENDED;
            }
            TaskAttention.Ask ask = attention.look(run);
            if (ask != TaskAttention.Ask.NOTHING) {
                return ask == TaskAttention.Ask.PAUSE ? Left.PAUSE : Left.ENDED;
            }
            fill();
            if (running.isEmpty()) {
                if (lacksInstances) {
                    return Left.INSTANCES;
                }
                if (begun >= most) {
                    return Left.MORE;
                }
                if (isAllDone()) {
                    return Left.NOTHING;
                }
            } else {
                Workflow.await(() -> attention.isRaised()
                        || running.stream().anyMatch(each -> each.done().isCompleted()));
                takeDone();
            }
        }
    }

    /** Why its limits on failed records end it; "" if they do not. */
    String trouble() {
        return trouble;
    }

    /** Whether no chunk is at work; after a cancellation, that each has committed what it had or given up. */
    boolean isIdle() {
        return running.stream().allMatch(each -> each.done().isCompleted());
    }

    private void fill() {
        while (!lacksInstances && running.size() < task.parallelism() && begun < most) {
            if (waiting.isEmpty()) {
                cutMore();
            }
            Chunk chunk = waiting.poll();
            if (chunk == null) {
                return;
            }
            begun++;
            BatchWorkActivities work =
                    BatchCalls.work("records %d to %d".formatted(chunk.from(), chunk.to() - 1), task);
            running.add(new Running(chunk, Async.function(work::work, run, chunk)));
        }
    }

    private void cutMore() {
        if (!more) {
            return;
        }
        long size = sizes.next();
        int ahead = task.parallelism() * CUT_AHEAD;
        ChunkList cut = BatchCalls.work("cut at most %d chunks of about %d records".formatted(ahead, size), task)
                .nextChunks(run, new ChunkQuery(from, size, ahead));
        waiting.addAll(cut.chunks());
        more = cut.more();
        if (!cut.chunks().isEmpty()) {
            from = cut.chunks().getLast().to();
        }
    }

    /** Whether nothing is left according to the database. A chunk whose commit was refused because of an overlap leaves a gap. */
    private boolean isAllDone() {
        from = 0;
        more = true;
        cutMore();
        return waiting.isEmpty();
    }

    private void takeDone() {
        for (Running each : List.copyOf(running)) {
            if (each.done().isCompleted()) {
                running.remove(each);
                take(each.done().get());
            }
        }
    }

    private void take(ChunkDone done) {
        if (done.lacksInstances()) {
            lacksInstances = true;
            from = 0;
            more = true;
            waiting.clear();
        }
        if (!done.committed()) {
            return;
        }
        TaskStanding standing = done.standing();
        if (standing != null && trouble.isEmpty()) {
            trouble = standing.trouble();
        }
        records += done.records();
        failed += done.failed();
        progress.accept(
                standing == null
                        ? "%s done in this run, %d failed".formatted(Counted.of(records, "record"), failed)
                        : words(standing));
        if (done.tellsRate()) {
            long before = sizes.next();
            sizes.measured(done.records(), Duration.ofMillis(done.millis()));
            if (sizes.next() > before * 2 || sizes.next() < before / 2) {
                recutWhatWaits();
            }
        }
    }

    private static String words(TaskStanding standing) {
        String counts = "%d of %s done, %d failed"
                .formatted(standing.done(), Counted.of(standing.records(), "record"), standing.failed());
        return standing.outlook().isEmpty() ? counts : counts + "; " + standing.outlook();
    }

    private void recutWhatWaits() {
        Chunk first = waiting.peek();
        if (first != null) {
            from = first.from();
            more = true;
            waiting.clear();
        }
    }
}
