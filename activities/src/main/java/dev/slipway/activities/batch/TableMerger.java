package dev.slipway.activities.batch;

import dev.slipway.activities.batch.KeyFailure.Access;
import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.InputOutcome.ByteRange;
import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectUri;
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
 * Writes the result files of tables whose rows lie in several chunks, or of which only some rows were done: one line for each row in row
 * order, rows without an outcome fail with the message of the seal.
 */
final class TableMerger {
    private final BatchStore tasks;
    private final TaskStorage store;
    private final Path folder;

    TableMerger(BatchStore tasks, TaskStorage store, Path folder) {
        this.tasks = tasks;
        this.store = store;
        this.folder = folder;
    }

    /** @param task sealed */
    void mergeAll(BatchTask task, Liveness liveness) throws IOException {
        Deferred refused = new Deferred();
        try (PlanReader plan = PlanReader.from(store, store.folders(), 0);
                OutcomeReader outcomes = new OutcomeReader(tasks, store, task)) {
            BatchInput input;
            while ((input = plan.next()) != null) {
                liveness.alive(input.ordinal());
                OutcomeReader.Piece first = outcomes.nextOf(input);
                if (first == null || isWhole(input, first)) {
                    continue;
                }
                if (!(input.content() instanceof Content.Table)) {
                    throw new IllegalStateException(
                            "input '%s' has one record in two chunks".formatted(input.source()));
                }
                if (tasks.isMerged(task.id(), input.ordinal())) {
                    while (outcomes.nextOf(input) != null) {
                        // was written before
                    }
                    continue;
                }
                merge(task, input, first, outcomes, refused, liveness);
            }
        }
        refused.throwIfAny();
    }

    /** Whether the result was written when the chunk was published. The lines of a table whose part is lost are not written yet. */
    private static boolean isWhole(BatchInput input, OutcomeReader.Piece first) {
        boolean isLostTable = first.chunk().lost() != null && input.content() instanceof Content.Table;
        return first.chunk().range().covers(input.records()) && !isLostTable;
    }

    private void merge(
            BatchTask task,
            BatchInput input,
            OutcomeReader.Piece first,
            OutcomeReader outcomes,
            Deferred refused,
            Liveness liveness)
            throws IOException {
        long answered = 0;
        Path file = Files.createTempFile(folder, "table-", ".txt");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
                long next = input.records().from();
                OutcomeReader.Piece piece = first;
                while (piece != null) {
                    long begin = Math.max(next, piece.chunk().range().from());
                    fill(task, next, begin, out);
                    next = begin;
                    append(piece, out);
                    next += piece.outcome().records();
                    answered += piece.outcome().records() - piece.outcome().failed();
                    liveness.alive(next);
                    piece = outcomes.nextOf(input);
                }
                fill(task, next, input.records().to(), out);
            }
            if (new ResultWriter(tasks, store, refused)
                    .write(task, input, answered, uri -> store.put(uri, file, ContentType.TEXT))) {
                tasks.merged(task.id(), input.ordinal());
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void append(OutcomeReader.Piece piece, OutputStream out) throws IOException {
        String lost = piece.chunk().lost();
        if (lost != null) {
            writeFailed(piece.outcome().records(), RecordFailure.Kind.NOT_KEPT, lost, out);
            return;
        }
        ByteRange range = Objects.requireNonNull(piece.outcome().data(), "rows have lines");
        ObjectUri part = store.folders().partData(piece.chunk().part());
        try (InputStream data = store.open(part, range.offset())) {
            ResultFiles.copy(data, range.length(), out);
        } catch (KeyFailure failure) {
            throw store.judgePart(failure, piece.chunk());
        }
        store.answered(Access.READ, part);
    }

    private static void fill(BatchTask task, long from, long to, OutputStream out) throws IOException {
        if (from < to) {
            writeFailed(to - from, RecordFailure.Kind.NOT_RUN, restOf(task.seal()), out);
        }
    }

    private static void writeFailed(long rows, RecordFailure.Kind kind, String reason, OutputStream out)
            throws IOException {
        byte[] line = PartWriter.line(JsonLines.ofFailure(new RecordFailure(kind, reason)));
        for (long row = 0; row < rows; row++) {
            out.write(line);
        }
    }

    /** The failure message of records without an outcome. */
    static String restOf(@Nullable Seal seal) {
        String rest = seal == null ? null : seal.rest();
        if (rest == null) {
            throw new IllegalStateException("a record has no outcome and the seal does not say why");
        }
        return rest;
    }
}
