package dev.slipway.formats.batch;

import dev.slipway.domain.batch.RowMark;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV (RFC 4180, separator comma, UTF-8 with or without a byte order mark, lines ended by LF, CRLF or CR) row by row, with the byte
 * offset of each row, so that another reader can start there. No header is assumed; empty lines are no rows, nor is Ctrl-Z at the end.
 * Holds one row at a time, of at most {@value #LONGEST_ROW} bytes.
 *
 * <p>A row that cannot be read is returned as a row with a problem, and reading goes on. But after a quote that is not closed within the
 * longest allowed row the rest of the table cannot be interpreted and is one row with a problem. What is no text in UTF-8 at all (another
 * byte order mark, a NUL anywhere, a workbook) has no rows: reading it is refused once.
 *
 * <p>{@link #advance} leaves the fields of a row as bytes where they are read again for the next; {@link #next} makes texts of them.
 *
 * <p>Neither fastcsv nor opencsv gives the byte offset of a row, and both create a text of each field before it is known whether the row is
 * within the limits. The tests compare with fastcsv.
 */
public final class TableReader implements AutoCloseable {
    static final int LONGEST_ROW = 1 << 20;
    static final int MOST_COLUMNS = 10_000;
    /** The end of a text in CP/M and DOS, which some programs still write; the block that it ends may be filled up with it. */
    static final int CTRL_Z = 0x1A;

    private static final int LONGEST_FILLING = 128;
    /** A bit for each byte that may end a line or the table, or that is no text. */
    private static final int ENDS_A_RUN = 1 | 1 << '\n' | 1 << '\r' | 1 << CTRL_Z;

    private static final String FORMAT = "CSV";

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private int position;
    private int limit;
    private long bufferOffset;
    private long row;
    private long line;
    private boolean ended;

    // the row being read
    private final TableFields fields = new TableFields();
    private long rowOffset;
    private long rowNumber;
    private long rowLine;
    private boolean beyondAscii;
    private @Nullable String problem;

    /**
     * @param in the table from {@code start} on
     * @throws Invalid if it is not a text in UTF-8
     */
    public TableReader(InputStream in, RowMark start) throws IOException {
        this.in = in;
        this.row = start.row();
        this.line = start.line();
        this.bufferOffset = start.offset();
        if (start.offset() == 0) {
            lookAtBeginning();
        }
    }

    /**
     * The next row; null after the last.
     *
     * @throws Invalid if it turns out that this is not a text in UTF-8
     */
    public @Nullable TableRow next() throws IOException {
        if (!advance()) {
            return null;
        }
        String found = problem;
        return new TableRow(mark(), found == null ? fields.texts() : List.of(), found);
    }

    /**
     * Reads the next row; false after the last.
     *
     * @throws Invalid if it turns out that this is not a text in UTF-8
     */
    public boolean advance() throws IOException {
        if (ended) {
            lookAtRest();
            return false;
        }
        if (!skipEmptyLines()) {
            return false;
        }
        rowOffset = bufferOffset + position;
        rowNumber = row;
        rowLine = line;
        fields.clear();
        problem = null;
        readRow();
        row++;
        return true;
    }

    /** Where the row begins. */
    public RowMark mark() {
        return new RowMark(rowNumber, rowOffset, rowLine);
    }

    /** The number of the row, counted from 0. */
    public long row() {
        return rowNumber;
    }

    /** The fields of the row, until the next; of no use if it cannot be read. */
    public TableFields fields() {
        return fields;
    }

    /** Why the row cannot be read; null if it can. */
    public @Nullable String problem() {
        return problem;
    }

    /** Whether the row can be read and has nothing in any field. */
    public boolean isEmptyRow() {
        return problem == null && fields.areEmpty();
    }

    private void lookAtBeginning() throws IOException {
        while (limit < TextKind.LONGEST_MARK && fillMore()) {
            // a stream may give the first bytes one by one
        }
        String other = TextKind.otherThanUtf8(Arrays.copyOf(buffer, Math.min(limit, TextKind.LONGEST_MARK)), FORMAT);
        if (other != null) {
            throw new Invalid(ErrorCode.PARAMETER, other);
        }
        position = TextKind.hasByteOrderMark(buffer, limit) ? TextKind.BYTE_ORDER_MARK : 0;
    }

    /** What cannot be read as rows may still show that this is no text. */
    private void lookAtRest() throws IOException {
        while (peek() >= 0) {
            position++;
        }
    }

    /** Whether there is a row. */
    private boolean skipEmptyLines() throws IOException {
        while (true) {
            int b = peek();
            if (b < 0) {
                return false;
            }
            if (b != '\n' && b != '\r') {
                return true;
            }
            endLine();
        }
    }

    private void readRow() throws IOException {
        while (true) {
            beyondAscii = false;
            boolean isQuoted = peek() == '"';
            if (isQuoted) {
                readQuoted();
            }
            if (ended) {
                return;
            }
            int quoted = fields.length();
            readPlain();
            if (isQuoted) {
                failIfTextFollows(quoted);
            }
            addField();
            if (peek() != ',') {
                break;
            }
            position++;
        }
        if (peek() >= 0) {
            endLine();
        }
    }

    private void readQuoted() throws IOException {
        long openedAt = line;
        int column = fields.count() + 1;
        position++;
        while (true) {
            appendUpTo('"');
            int b = peek();
            if (b < 0 || fields.length() >= LONGEST_ROW) {
                problem = b < 0
                        ? "line %d, column %d: a quote is opened and never closed; the rest of the table cannot be read"
                                .formatted(openedAt, column)
                        : "line %d, column %d: a quote is opened and not closed within %d bytes; the rest of the table cannot be read"
                                .formatted(openedAt, column, LONGEST_ROW);
                ended = true;
                return;
            }
            if (b == '"') {
                position++;
                if (peek() != '"') {
                    break;
                }
            }
            if (b == '\n' || b == '\r') {
                lineInside(b);
                continue;
            }
            append(b);
            position++;
        }
    }

    private void failIfTextFollows(int quoted) {
        if (fields.length() == quoted) {
            return;
        }
        String following = new String(fields.bytes(), quoted, fields.length() - quoted, StandardCharsets.UTF_8);
        fail("line %d, column %d: '%s' follows a closing quote, expected a comma or the end of the line%s"
                .formatted(
                        line,
                        fields.count() + 1,
                        Character.toString(following.codePointAt(0)),
                        Separators.ofText(following)));
    }

    private void lineInside(int b) throws IOException {
        append(b);
        position++;
        if (b == '\r' && peek() == '\n') {
            append('\n');
            position++;
        }
        line++;
    }

    private void readPlain() throws IOException {
        while (true) {
            appendUpTo(',');
            int b = peek();
            if (b < 0 || b == ',' || b == '\n' || b == '\r') {
                return;
            }
            if (fields.length() < LONGEST_ROW) {
                append(b);
            } else {
                fail("line %d: the row is longer than %d bytes".formatted(line, LONGEST_ROW));
            }
            position++;
        }
    }

    /** Appends what stands in the buffer up to a byte that means something. */
    private void appendUpTo(int special) {
        byte[] read = buffer;
        int from = position;
        int end = Math.min(limit, from + LONGEST_ROW - fields.length());
        int all = 0;
        int at = from;
        for (; at < end; at++) {
            int b = read[at];
            if (b == special || (b >= 0 && b <= CTRL_Z && ((ENDS_A_RUN >>> b) & 1) != 0)) {
                break;
            }
            all |= b;
        }
        beyondAscii |= all < 0;
        fields.append(read, from, at);
        position = at;
    }

    private void addField() {
        if (fields.count() >= MOST_COLUMNS) {
            fail("line %d: the row has more than %d columns".formatted(line, MOST_COLUMNS));
            fields.dropField();
            return;
        }
        if (beyondAscii && !isUtf8()) {
            fail("line %d, column %d: not UTF-8".formatted(line, fields.count() + 1));
        }
        fields.endField();
    }

    private boolean isUtf8() {
        try {
            decoder.decode(ByteBuffer.wrap(fields.bytes(), fields.begun(), fields.length() - fields.begun()));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private void endLine() throws IOException {
        int b = peek();
        position++;
        if (b == '\r' && peek() == '\n') {
            position++;
        }
        line++;
    }

    /** Keeps the first problem of a row. */
    private void fail(String message) {
        if (problem == null) {
            problem = message;
        }
    }

    private void append(int b) {
        beyondAscii |= b >= 0x80;
        fields.append(b);
    }

    /** The next byte, -1 at the end, which a Ctrl-Z marks too if nothing else follows. */
    private int peek() throws IOException {
        if (position >= limit) {
            bufferOffset += limit;
            position = 0;
            limit = 0;
            if (!fillMore()) {
                return -1;
            }
        }
        int b = buffer[position];
        if (b == 0) {
            throw new Invalid(ErrorCode.PARAMETER, TextKind.withNul(bufferOffset + position, FORMAT));
        }
        return b == CTRL_Z && isFilling() ? -1 : b & 0xFF;
    }

    /** Whether nothing but a Ctrl-Z, or some, follows. */
    private boolean isFilling() throws IOException {
        if (position + LONGEST_FILLING >= buffer.length) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            bufferOffset += position;
            limit -= position;
            position = 0;
        }
        for (int i = position; i <= position + LONGEST_FILLING; i++) {
            if (i == limit && !fillMore()) {
                return true;
            }
            if (buffer[i] != CTRL_Z) {
                return false;
            }
        }
        return false;
    }

    private boolean fillMore() throws IOException {
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read <= 0) {
            return false;
        }
        limit += read;
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
