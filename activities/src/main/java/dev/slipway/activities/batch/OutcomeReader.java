package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.InputOutcome;
import dev.slipway.domain.batch.InputOutcome.FirstFailure;
import dev.slipway.formats.batch.PlanLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the outcomes of all committed chunks in the order of their records. One part at a time is open. All records of a lost chunk have
 * failed.
 */
final class OutcomeReader implements AutoCloseable {
    private static final int COMMITS_EACH = 200;

    private final BatchStore tasks;
    private final TaskStorage store;
    private final BatchTask task;
    private final Deque<ChunkCommit> commits = new ArrayDeque<>();
    private long from;
    private long failedUpTo = -1;
    private boolean exhausted;
    private @Nullable BufferedReader lines;
    private @Nullable ChunkCommit current;
    private @Nullable Piece ahead;

    /** The outcome of one input in one chunk. */
    record Piece(ChunkCommit chunk, InputOutcome outcome) {}

    OutcomeReader(BatchStore tasks, TaskStorage store, BatchTask task) {
        this.tasks = tasks;
        this.store = store;
        this.task = task;
    }

    /** The next piece of that input; null if there is no more. Call it with inputs in order. */
    @Nullable
    Piece nextOf(BatchInput of) throws IOException {
        long input = of.ordinal();
        Piece next = ahead == null ? read(of) : ahead;
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

    private @Nullable Piece read(BatchInput of) throws IOException {
        while (true) {
            String line = nextLine();
            if (line != null) {
                return new Piece(Objects.requireNonNull(current), PlanLines.readOutcome(line));
            }
            ChunkCommit next = peekCommit();
            if (next == null || next.range().from() >= of.records().to()) {
                return null;
            }
            if (next.lost() == null) {
                current = commits.remove();
                lines = opened(next);
            } else if (next.range().to() <= of.records().from()) {
                commits.remove();
            } else {
                return failedUpTo == of.ordinal() ? null : failed(of, next);
            }
        }
    }

    /** The lost chunk is dropped once it has no records of later inputs. */
    private Piece failed(BatchInput of, ChunkCommit lost) {
        long from = Math.max(lost.range().from(), of.records().from());
        long to = Math.min(lost.range().to(), of.records().to());
        if (lost.range().to() <= of.records().to()) {
            commits.remove();
        } else {
            failedUpTo = of.ordinal();
        }
        FirstFailure failure = new FirstFailure(from - of.records().from(), String.valueOf(lost.lost()));
        return new Piece(lost, new InputOutcome(of.ordinal(), to - from, to - from, failure, null));
    }

    /** The next line of the open part; null if there is none or it has ended. */
    private @Nullable String nextLine() throws IOException {
        BufferedReader open = lines;
        if (open == null) {
            return null;
        }
        String line = lineOf(Objects.requireNonNull(current), open);
        if (line == null) {
            open.close();
            lines = null;
        }
        return line;
    }

    private BufferedReader opened(ChunkCommit chunk) {
        try {
            return StoredTexts.lines(store, store.folders().partOutcomes(chunk.part()));
        } catch (KeyFailure failure) {
            throw store.judgePart(failure, chunk);
        }
    }

    private @Nullable String lineOf(ChunkCommit chunk, BufferedReader open) throws IOException {
        try {
            return open.readLine();
        } catch (KeyFailure failure) {
            throw store.judgePart(failure, chunk);
        }
    }

    private @Nullable ChunkCommit peekCommit() {
        if (commits.isEmpty() && !exhausted) {
            List<ChunkCommit> page = tasks.commits(task.id(), from, COMMITS_EACH);
            commits.addAll(page);
            exhausted = page.size() < COMMITS_EACH;
            if (!page.isEmpty()) {
                from = page.getLast().range().to();
            }
        }
        return commits.peek();
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
