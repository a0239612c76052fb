package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.InputOutcome.ByteRange;
import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.formats.batch.JsonLines;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the result files of tables whose rows lie in several chunks, or of which only some rows were done: one line for each row in
 * row order, rows without an outcome failed with what the seal says of them.
 */
final class TableMerger {
    private final BatchStore tasks;
    private final ObjectStore store;
    private final Path folder;

    TableMerger(BatchStore tasks, ObjectStore store, Path folder) {
        this.tasks = tasks;
        this.store = store;
        this.folder = folder;
    }

    /** @param task sealed */
    void mergeAll(BatchTask task, Liveness liveness) throws IOException {
        TaskFolders folders = new TaskFolders(task.spec().entry().destination(), task.id());
        try (PlanReader plan = PlanReader.from(store, folders, 0);
                OutcomeReader outcomes = new OutcomeReader(tasks, store, task)) {
            BatchInput input;
            while ((input = plan.next()) != null) {
                liveness.alive(input.ordinal());
                OutcomeReader.Piece first = outcomes.nextOf(input.ordinal());
                if (first == null || first.chunk().range().covers(input.records())) {
                    continue;
                }
                if (!(input.content() instanceof Content.Table)) {
                    throw new IllegalStateException(
                            "input '%s' has one record in two chunks".formatted(input.source()));
                }
                if (tasks.isMerged(task.id(), input.ordinal())) {
                    while (outcomes.nextOf(input.ordinal()) != null) {
                        // was written before
                    }
                    continue;
                }
                merge(task, folders, input, first, outcomes, liveness);
                tasks.merged(task.id(), input.ordinal());
            }
        }
    }

    private void merge(
            BatchTask task,
            TaskFolders folders,
            BatchInput input,
            OutcomeReader.Piece first,
            OutcomeReader outcomes,
            Liveness liveness)
            throws IOException {
        Path file = Files.createTempFile(folder, "table-", ".txt");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
                long next = input.records().from();
                OutcomeReader.Piece piece = first;
                while (piece != null) {
                    next = fill(task, next, piece.chunk().range().from(), out);
                    append(folders, piece, out);
                    next += piece.outcome().records();
                    liveness.alive(next);
                    piece = outcomes.nextOf(input.ordinal());
                }
                fill(task, next, input.records().to(), out);
            }
            store.put(folders.result(input.resultName()), file);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void append(TaskFolders folders, OutcomeReader.Piece piece, OutputStream out) throws IOException {
        ByteRange range = Objects.requireNonNull(piece.outcome().data(), "rows have lines");
        try (InputStream data = store.open(folders.partData(piece.chunk().part()), range.offset())) {
            ResultFiles.copy(data, range.length(), out);
        }
    }

    private static long fill(BatchTask task, long from, long to, OutputStream out) throws IOException {
        if (from < to) {
            byte[] line = PartWriter.line(
                    JsonLines.ofFailure(new RecordFailure(RecordFailure.Kind.NOT_RUN, restOf(task.seal()))));
            for (long row = from; row < to; row++) {
                out.write(line);
            }
        }
        return to;
    }

    /** What is said of records without an outcome. */
    static String restOf(@Nullable Seal seal) {
        String rest = seal == null ? null : seal.rest();
        if (rest == null) {
            throw new IllegalStateException("a record has no outcome and the seal does not say why");
        }
        return rest;
    }
}
