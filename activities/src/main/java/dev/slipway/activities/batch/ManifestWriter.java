package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.InputOutcome.FirstFailure;
import dev.slipway.domain.batch.UnwrittenResult;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.formats.batch.JsonLines;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes the output manifest: plan and outcomes merged as streams, one line for each input in input order. The same plan, commits and seal
 * give the same bytes. A manifest of more than {@value #LINES_EACH} lines continues in the next.
 */
final class ManifestWriter {
    static final int LINES_EACH = 1_000_000;

    private final BatchStore tasks;
    private final TaskStorage store;
    private final Path folder;
    private final int linesEach;

    ManifestWriter(BatchStore tasks, TaskStorage store, Path folder, int linesEach) {
        this.tasks = tasks;
        this.store = store;
        this.folder = folder;
        this.linesEach = linesEach;
    }

    /** @param task sealed */
    void write(BatchTask task, Liveness liveness) throws IOException {
        UnwrittenResults unwritten = new UnwrittenResults(tasks, task.id());
        try (PlanReader plan = PlanReader.from(store, store.folders(), 0);
                OutcomeReader outcomes = new OutcomeReader(tasks, store, task)) {
            int number = 0;
            while (writeOne(task, number, plan, outcomes, unwritten, liveness)) {
                number++;
            }
        }
    }

    /** Whether there may be more lines for another. */
    private boolean writeOne(
            BatchTask task,
            int number,
            PlanReader plan,
            OutcomeReader outcomes,
            UnwrittenResults unwritten,
            Liveness liveness)
            throws IOException {
        Path file = Files.createTempFile(folder, "manifest-", ".jsonl");
        try {
            int lines = 0;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
                BatchInput input;
                while (lines < linesEach && (input = plan.next()) != null) {
                    out.write(PartWriter.line(line(task, input, outcomes, unwritten.of(input.ordinal()))));
                    lines++;
                    liveness.alive(input.ordinal());
                }
            }
            if (lines > 0 || number == 0) {
                store.put(store.folders().manifest(number), file, ContentType.TEXT);
            }
            return lines == linesEach;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private String line(BatchTask task, BatchInput input, OutcomeReader outcomes, @Nullable UnwrittenResult unwritten)
            throws IOException {
        long done = 0;
        long failed = 0;
        boolean hasResult = false;
        FirstFailure first = null;
        OutcomeReader.Piece piece;
        while ((piece = outcomes.nextOf(input)) != null) {
            FirstFailure failure = piece.outcome().firstFailure();
            if (first == null && failure != null) {
                first = failure;
            }
            done += piece.outcome().records();
            failed += piece.outcome().failed();
            // A table has a line for each row, also for rows of a lost part.
            hasResult |= piece.outcome().data() != null || input.content() instanceof Content.Table;
        }
        long missing = input.records().size() - done;
        if (missing < 0) {
            throw new IllegalStateException("input '%s' has %d records and %d outcomes"
                    .formatted(input.source(), input.records().size(), done));
        }
        if (unwritten != null) {
            return JsonLines.ofManifest(input.source(), null, unwritten.reason());
        }
        String location = hasResult ? store.folders().result(input.resultName()).toString() : null;
        String error = error(task, input, done, failed, first);
        return JsonLines.ofManifest(input.source(), location, error);
    }

    private static @Nullable String error(
            BatchTask task, BatchInput input, long done, long failed, @Nullable FirstFailure first) {
        long records = input.records().size();
        if (done == 0) {
            return TableMerger.restOf(task.seal());
        }
        if (!(input.content() instanceof Content.Table)) {
            return first == null ? null : first.message();
        }
        long missing = records - done;
        if (failed + missing == 0) {
            return null;
        }
        String shown = first == null
                ? TableMerger.restOf(task.seal())
                : "the first is row %d: %s".formatted(first.row() + 1, first.message());
        return "%d of %d rows failed, %s".formatted(failed + missing, records, shown);
    }
}
