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
import java.util.ArrayList;
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
 * <p>Neither fastcsv nor opencsv gives the byte offset of a row, and both create a text of each field before it is known whether the row is
 * within the limits. The tests compare with fastcsv.
 */
public final class TableReader implements AutoCloseable {
    static final int LONGEST_ROW = 1 << 20;
    static final int MOST_COLUMNS = 10_000;
    /** The end of a text in CP/M and DOS, which some programs still write; the block that it ends may be filled up with it. */
    private static final int CTRL_Z = 0x1A;

    private static final int LONGEST_FILLING = 128;
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
    private byte[] field = new byte[256];
    private int fieldLength;
    private int rowLength;
    private final List<String> fields = new ArrayList<>();
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
        if (ended) {
            lookAtRest();
            return null;
        }
        if (!skipEmptyLines()) {
            return null;
        }
        RowMark at = new RowMark(row, bufferOffset + position, line);
        fields.clear();
        problem = null;
        rowLength = 0;
        readRow();
        row++;
        String found = problem;
        return found == null ? new TableRow(at, fields, null) : new TableRow(at, List.of(), found);
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
            fieldLength = 0;
            boolean isQuoted = peek() == '"';
            if (isQuoted) {
                readQuoted();
            }
            if (ended) {
                return;
            }
            int quoted = fieldLength;
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
        int column = fields.size() + 1;
        position++;
        while (true) {
            int b = peek();
            if (b < 0 || rowLength >= LONGEST_ROW) {
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
        if (fieldLength == quoted) {
            return;
        }
        String following = new String(field, quoted, fieldLength - quoted, StandardCharsets.UTF_8);
        fail("line %d, column %d: '%s' follows a closing quote, expected a comma or the end of the line%s"
                .formatted(
                        line,
                        fields.size() + 1,
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
            int b = peek();
            if (b < 0 || b == ',' || b == '\n' || b == '\r') {
                return;
            }
            if (rowLength < LONGEST_ROW) {
                append(b);
            } else {
                fail("line %d: the row is longer than %d bytes".formatted(line, LONGEST_ROW));
            }
            position++;
        }
    }

    private void addField() {
        if (fields.size() >= MOST_COLUMNS) {
            fail("line %d: the row has more than %d columns".formatted(line, MOST_COLUMNS));
            return;
        }
        try {
            fields.add(decoder.decode(ByteBuffer.wrap(field, 0, fieldLength)).toString());
        } catch (CharacterCodingException e) {
            fail("line %d, column %d: not UTF-8".formatted(line, fields.size() + 1));
            fields.add("");
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
        if (fieldLength == field.length) {
            field = Arrays.copyOf(field, fieldLength * 2);
        }
        field[fieldLength++] = (byte) b;
        rowLength++;
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
