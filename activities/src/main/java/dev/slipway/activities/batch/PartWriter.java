package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.InputOutcome;
import dev.slipway.domain.batch.InputOutcome.ByteRange;
import dev.slipway.domain.batch.InputOutcome.FirstFailure;
import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.formats.batch.JsonLines;
import dev.slipway.formats.batch.PlanLines;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes a part to two work files: the bytes of all results in sequence, and a line with the outcome of each input. */
final class PartWriter implements AutoCloseable {
    private final Path data;
    private final Path outcomes;
    private final CountingStream dataOut;
    private final OutputStream outcomesOut;
    private long failedInAll;
    private long recordsInAll;

    // the input being written
    private @Nullable BatchInput input;
    private long begun;
    private long records;
    private long failed;
    private @Nullable FirstFailure firstFailure;
    private boolean hasData;

    PartWriter(Path folder) throws IOException {
        this.data = Files.createTempFile(folder, "part-", ".data");
        this.outcomes = Files.createTempFile(folder, "part-", ".jsonl");
        this.dataOut = new CountingStream(new BufferedOutputStream(Files.newOutputStream(data), 1 << 16));
        this.outcomesOut = new BufferedOutputStream(Files.newOutputStream(outcomes), 1 << 16);
    }

    /** Takes rows of a table in the order of their ordinals, as {@link #add(BatchInput, long, RecordAnswer)} takes records. */
    void add(RowAnswers rows) throws IOException {
        begin(rows.block().input(), rows.rows());
        RecordFailure first = rows.firstFailure();
        if (first != null) {
            fail(rows.firstFailedRow(), first, rows.failed());
        }
        hasData = true;
        rows.writeTo(dataOut);
    }

    private void begin(BatchInput of, long count) throws IOException {
        BatchInput before = input;
        if (before == null || before.ordinal() != of.ordinal()) {
            endInput();
            input = of;
            begun = dataOut.count();
        }
        records += count;
        recordsInAll += count;
    }

    /** Takes records in the order of their ordinals. The caller closes the answer. */
    void add(BatchInput of, long row, RecordAnswer answer) throws IOException {
        begin(of, 1);
        boolean table = of.content() instanceof Content.Table;
        switch (answer) {
            case RecordAnswer.Answered answered -> write(answered.body(), table);
            case RecordAnswer.Failed failure -> {
                fail(row, failure.failure(), 1);
                if (table) {
                    write(line(JsonLines.ofFailure(failure.failure())));
                }
            }
        }
    }

    private void fail(long row, RecordFailure failure, long count) {
        failed += count;
        failedInAll += count;
        if (firstFailure == null) {
            firstFailure = new FirstFailure(row, failure.message());
        }
    }

    static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void write(byte[] bytes) throws IOException {
        hasData = true;
        dataOut.write(bytes);
    }

    private void write(AnswerBody body, boolean asLine) throws IOException {
        hasData = true;
        if (asLine) {
            JsonLines.writeAnswer(body::open, dataOut);
            return;
        }
        try (InputStream in = body.open()) {
            in.transferTo(dataOut);
        }
    }

    private void endInput() throws IOException {
        BatchInput ended = input;
        if (ended == null) {
            return;
        }
        ByteRange range = hasData ? new ByteRange(begun, dataOut.count() - begun) : null;
        outcomesOut.write(
                line(PlanLines.ofOutcome(new InputOutcome(ended.ordinal(), records, failed, firstFailure, range))));
        records = 0;
        failed = 0;
        firstFailure = null;
        hasData = false;
    }

    /** Ends both files. */
    void finish() throws IOException {
        endInput();
        input = null;
        dataOut.close();
        outcomesOut.close();
    }

    Path data() {
        return data;
    }

    Path outcomes() {
        return outcomes;
    }

    long failed() {
        return failedInAll;
    }

    /** How many records were added. */
    long records() {
        return recordsInAll;
    }

    @Override
    public void close() throws IOException {
        dataOut.close();
        outcomesOut.close();
        Files.deleteIfExists(data);
        Files.deleteIfExists(outcomes);
    }
}
