package dev.slipway.activities.batch;

import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.domain.batch.RecordFailure.Kind;
import dev.slipway.formats.batch.ByteBuilder;
import dev.slipway.formats.batch.JsonLines;
import dev.slipway.instance.client.AnswerSink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers to a {@link RowBlock} in the order of its rows, as the lines of its result. Short answers become lines at once and stay in memory
 * up to {@value #IN_MEMORY} bytes; the rest waits in work files. Used by one thread at a time. Must be closed.
 */
final class RowAnswers implements AnswerSink, AutoCloseable {
    private static final int IN_MEMORY = 64 << 10;
    private static final int SHORT = 16 << 10;
    private static final int MOST_SHOWN = 1200;

    private final RowBlock block;
    private final BatchLimits limits;
    private final Path folder;
    private final List<Part> parts = new ArrayList<>();
    private ByteBuilder lines = new ByteBuilder(1 << 10);
    private int answered;
    private int row;
    private long failed;
    private long firstFailedRow;
    private @Nullable RecordFailure firstFailure;

    // the answer that is coming
    private int status;
    private boolean isLong;
    private @Nullable String cause;
    private @Nullable Integer retryAfterSeconds;
    private final ByteBuilder body = new ByteBuilder(1 << 10);
    private @Nullable Path file;
    private @Nullable OutputStream fileOut;

    /** Some lines, or an answer that has still to become one. */
    private record Part(AnswerBody body, boolean isLines) {}

    /** @param folder for answers that are too long to wait in memory */
    RowAnswers(RowBlock block, BatchLimits limits, Path folder) {
        this.block = block;
        this.limits = limits;
        this.folder = folder;
    }

    RowBlock block() {
        return block;
    }

    /** How many requests are answered: the number of the first that is not. */
    int answered() {
        return answered;
    }

    boolean areComplete() {
        return answered == block.requests();
    }

    /** How many rows have a line. */
    int rows() {
        return row;
    }

    long failed() {
        return failed;
    }

    /** The number of the first row that failed, in its input. */
    long firstFailedRow() {
        return firstFailedRow;
    }

    @Nullable
    RecordFailure firstFailure() {
        return firstFailure;
    }

    /** The status of the answer with which the instance refused the next request for now, as 429 and 503 do; 0 if there is none. */
    int busyStatus() {
        return ModelAnswer.isBusy(status) ? status : 0;
    }

    /** See {@link #busyStatus}. */
    @Nullable
    Integer retryAfterSeconds() {
        return retryAfterSeconds;
    }

    @Override
    public void begin(Head head) throws IOException {
        status = head.status();
        cause = head.header("X-Error-Cause");
        retryAfterSeconds = ModelAnswer.retryAfterSeconds(head.header("Retry-After"));
        body.truncate(0);
        isLong = ModelAnswer.isSuccess(status) && head.length() > SHORT;
        if (ModelAnswer.isSuccess(status) && head.length() > limits.longestAnswer()) {
            throw new AnswerTooLong(limits.longestAnswer());
        }
        if (isLong) {
            file = Files.createTempFile(folder, "answer-", ".data");
            fileOut = Files.newOutputStream(file);
        }
    }

    @Override
    public void body(byte[] bytes, int from, int to) throws IOException {
        OutputStream out = fileOut;
        if (out != null) {
            out.write(bytes, from, to - from);
        } else if (ModelAnswer.isSuccess(status) || body.length() < MOST_SHOWN) {
            body.append(bytes, from, to);
        }
    }

    @Override
    public boolean end() throws IOException {
        if (busyStatus() != 0) {
            return false;
        }
        if (!ModelAnswer.isSuccess(status)) {
            fail(RecordCaller.refused(status, cause, text()));
            return true;
        }
        beginRow();
        Path answer = file;
        if (isLong && answer != null) {
            closeFile();
            file = null;
            keepLines();
            parts.add(new Part(new AnswerBody.InFile(answer), false));
        } else {
            JsonLines.appendAnswer(body.array(), 0, body.length(), lines);
        }
        endRow();
        return true;
    }

    private String text() {
        int shown = Math.min(body.length(), MOST_SHOWN);
        return new String(body.array(), 0, shown, StandardCharsets.UTF_8).strip();
    }

    /** The next request has failed. */
    void fail(RecordFailure why) throws IOException {
        beginRow();
        failRow(why);
        endRow();
    }

    /** The next request was answered in another way. Takes the answer over. */
    void add(RecordAnswer answer) throws IOException {
        switch (answer) {
            case RecordAnswer.Failed failure -> fail(failure.failure());
            case RecordAnswer.Answered one -> {
                beginRow();
                keepLines();
                parts.add(new Part(one.body(), false));
                endRow();
            }
        }
    }

    /** Writes the lines of rows without a request that stand before the next one. */
    private void beginRow() throws IOException {
        failUnfit(block.row(answered));
    }

    private void endRow() throws IOException {
        row++;
        answered++;
        if (areComplete()) {
            failUnfit(block.count());
        }
        if (lines.length() > IN_MEMORY) {
            keepLinesInFile();
        }
    }

    /** Ends a block in which no row has a request. */
    void endWithoutRequests() {
        failUnfit(block.count());
    }

    private void failUnfit(int before) {
        while (row < before) {
            RecordFailure why = block.unfit(row);
            failRow(why == null ? new RecordFailure(Kind.BAD_INPUT, "the row has no request") : why);
            row++;
        }
    }

    private void failRow(RecordFailure why) {
        failed++;
        if (firstFailure == null) {
            firstFailure = why;
            firstFailedRow = block.first() + row;
        }
        lines.append(JsonLines.ofFailure(why));
        lines.append('\n');
    }

    private void keepLines() {
        if (lines.length() > 0) {
            parts.add(new Part(new AnswerBody.InMemory(lines.toByteArray()), true));
            lines.truncate(0);
        }
    }

    private void keepLinesInFile() throws IOException {
        Path to = Files.createTempFile(folder, "lines-", ".txt");
        parts.add(new Part(new AnswerBody.InFile(to), true));
        try (OutputStream out = Files.newOutputStream(to)) {
            lines.writeTo(out);
        }
        lines = new ByteBuilder(1 << 10);
    }

    /** Writes the lines of all rows. */
    void writeTo(OutputStream out) throws IOException {
        for (Part part : parts) {
            if (part.isLines()) {
                try (InputStream in = part.body().open()) {
                    in.transferTo(out);
                }
            } else {
                JsonLines.writeAnswer(part.body()::open, out);
            }
        }
        lines.writeTo(out);
    }

    /** Forgets an answer that was not complete, before the next try. */
    void dropIncomplete() throws IOException {
        status = 0;
        closeFile();
        Path left = file;
        if (left != null) {
            file = null;
            Files.deleteIfExists(left);
        }
    }

    private void closeFile() throws IOException {
        OutputStream out = fileOut;
        fileOut = null;
        if (out != null) {
            out.close();
        }
    }

    @Override
    public void close() throws IOException {
        dropIncomplete();
        for (Part part : parts) {
            part.body().close();
        }
    }
}
