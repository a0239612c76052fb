package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.InputOutcome;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.formats.batch.PlanLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the outcomes of all committed chunks in the order of their records. One part at a time is open. */
final class OutcomeReader implements AutoCloseable {
    private static final int COMMITS_EACH = 200;

    private final BatchStore tasks;
    private final ObjectStore store;
    private final BatchTask task;
    private final TaskFolders folders;
    private final Deque<ChunkCommit> commits = new ArrayDeque<>();
    private long from;
    private boolean exhausted;
    private @Nullable BufferedReader lines;
    private @Nullable ChunkCommit current;
    private @Nullable Piece ahead;

    /** What one chunk did for one input. */
    record Piece(ChunkCommit chunk, InputOutcome outcome) {}

    OutcomeReader(BatchStore tasks, ObjectStore store, BatchTask task) {
        this.tasks = tasks;
        this.store = store;
        this.task = task;
        this.folders = new TaskFolders(task.spec().entry().destination(), task.id());
    }

    /** The next piece if it is of that input, null if there is none (more). Inputs have to be asked for in order. */
    @Nullable
    Piece nextOf(long input) throws IOException {
        Piece next = ahead == null ? read() : ahead;
        if (next != null && next.outcome().input() < input) {
            throw new IllegalStateException("task '%s': outcome of input %d stands after input %d"
                    .formatted(task.id(), next.outcome().input(), input));
        }
        if (next == null || next.outcome().input() > input) {
            ahead = next;
            return null;
        }
        ahead = null;
        return next;
    }

    private @Nullable Piece read() throws IOException {
        while (true) {
            BufferedReader open = lines;
            if (open == null) {
                current = nextCommit();
                if (current == null) {
                    return null;
                }
                open = StoredTexts.lines(store, folders.partOutcomes(current.part()));
                lines = open;
            }
            String line = open.readLine();
            if (line != null && current != null) {
                return new Piece(current, PlanLines.readOutcome(line));
            }
            open.close();
            lines = null;
        }
    }

    private @Nullable ChunkCommit nextCommit() {
        if (commits.isEmpty() && !exhausted) {
            List<ChunkCommit> page = tasks.commits(task.id(), from, COMMITS_EACH);
            commits.addAll(page);
            exhausted = page.size() < COMMITS_EACH;
            if (!page.isEmpty()) {
                from = page.getLast().range().to();
            }
        }
        return commits.poll();
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
