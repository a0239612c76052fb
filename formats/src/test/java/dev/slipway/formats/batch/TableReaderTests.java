package dev.slipway.formats.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.slipway.domain.batch.RowMark;
import dev.slipway.domain.problem.Invalid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableReaderTests {

    private static final String PIECES = "a,\"\n\r é中\uD83D\uDE00x1";

    @Test
    void readsRowsOfAllLineEndsWithQuotesAndCommas() throws IOException {
        assertThat(fields("a,b\r\n\"c,\"\"d\"\"\",e\n\n\r\n\"x\ny\",\rlast"))
                .containsExactly(List.of("a", "b"), List.of("c,\"d\"", "e"), List.of("x\ny", ""), List.of("last"));
    }

    @Test
    void passesOverAByteOrderMarkAlsoOneThatComesByteByByte() throws IOException {
        byte[] bytes = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a', ',', 'b'};
        try (TableReader reader = new TableReader(dripping(bytes), RowMark.START)) {
            assertThat(reader.next()).isEqualTo(new TableRow(new RowMark(0, 3, 1), List.of("a", "b"), null));
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void readsNoRowsFromNothing() throws IOException {
        assertThat(fields("")).isEmpty();
        assertThat(fields("\n\r\n\n")).isEmpty();
    }

    /** The oracle is another reader; what ours refuses (a quote never closed, text after a quote) is not compared. */
    @RepeatedTest(300)
    void readsWhatFastCsvReads(RepetitionInfo repetition) throws IOException {
        String table = random(new Random(repetition.getCurrentRepetition()));
        List<TableRow> rows = rows(table.getBytes(StandardCharsets.UTF_8), RowMark.START);
        if (rows.stream().anyMatch(row -> row.problem() != null)) {
            return;
        }
        List<List<String>> expected = new ArrayList<>();
        try (CsvReader<CsvRecord> oracle = CsvReader.builder()
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(table)) {
            oracle.forEach(row -> expected.add(row.getFields()));
        }

        assertThat(rows).extracting(TableRow::fields).isEqualTo(expected);
    }

    /** A chunk begins in the middle: from any row on the same rows follow, with the same numbers. */
    @RepeatedTest(100)
    void goesOnFromEveryRow(RepetitionInfo repetition) throws IOException {
        byte[] table =
                random(new Random(1_000 + repetition.getCurrentRepetition())).getBytes(StandardCharsets.UTF_8);
        List<TableRow> all = rows(table, RowMark.START);
        for (int i = 0; i < all.size(); i++) {
            RowMark at = all.get(i).at();
            byte[] rest = Arrays.copyOfRange(table, (int) at.offset(), table.length);

            assertThat(rows(rest, at)).isEqualTo(all.subList(i, all.size()));
        }
    }

    @Test
    void makesTheRestOneRowAfterAQuoteThatIsNeverClosed() throws IOException {
        List<TableRow> rows = rows("1,2\n3,\"4\n5,6\n7,8\n".getBytes(StandardCharsets.UTF_8), RowMark.START);

        assertThat(rows).hasSize(2);
        assertThat(rows.get(1).problem())
                .isEqualTo(
                        "line 2, column 2: a quote is opened and never closed; the rest of the table cannot be read");
    }

    @Test
    void refusesARowAndReadsTheNext() throws IOException {
        byte[] bytes = "ok,1\n\"a\"b,2\n?,3\nok,4\n".getBytes(StandardCharsets.UTF_8);
        bytes[12] = (byte) 0xFF;
        List<TableRow> rows = rows(bytes, RowMark.START);

        assertThat(rows)
                .extracting(TableRow::fields)
                .containsExactly(List.of("ok", "1"), List.of(), List.of(), List.of("ok", "4"));
        assertThat(rows.get(1).problem())
                .isEqualTo("line 2, column 1: 'b' follows a closing quote, expected a comma or the end of the line");
        assertThat(rows.get(2).problem()).isEqualTo("line 3, column 1: not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '^', textBlock = """
            "5.1";"3.5"    ! column 1: ';' follows a closing quote
            x,"5.1"\t"3.5" ! column 2: '\t' follows a closing quote
            "5.1"，"3.5"   ! column 1: '，' follows a closing quote
            """)
    void namesTheSeparatorThatFollowsAClosingQuote(String row, String problem) throws IOException {
        byte[] table = (row.translateEscapes() + "\nok,1\n").getBytes(StandardCharsets.UTF_8);
        List<TableRow> rows = rows(table, RowMark.START);

        assertThat(rows.get(0).problem())
                .startsWith("line 1, " + problem.translateEscapes())
                .contains("; it is separated by ");
        assertThat(rows.get(1).fields()).containsExactly("ok", "1");
    }

    @Test
    void refusesATableWithANulFarBehindAQuoteThatIsNotClosed() {
        byte[] table = ("r1,\"x\n" + "r2,2\n".repeat(500_000) + "r3,\0\n").getBytes(StandardCharsets.UTF_8);

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> rows(table, RowMark.START))
                .withMessageContaining("found a NUL at byte " + (7 + 5 * 500_000 + 3));
    }

    /** Of CP/M, which filled up the last block, wherever the buffer ends. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 127, 128})
    void passesOverCtrlZAtTheEndHoweverOftenItStandsThere(int count) throws IOException {
        for (int length : List.of(2, (1 << 16) - 130, (1 << 16) - 128, (1 << 16) - 1, 1 << 16)) {
            String text = "x".repeat(length - 1) + "\n";
            List<TableRow> rows = rows((text + "\u001A".repeat(count)).getBytes(StandardCharsets.UTF_8), RowMark.START);

            assertThat(rows).hasSize(1);
            assertThat(rows.getFirst().fields()).containsExactly("x".repeat(length - 1));
        }
        assertThat(rows("\u001Aa\n".getBytes(StandardCharsets.UTF_8), RowMark.START)
                        .getFirst()
                        .fields())
                .containsExactly("\u001Aa");
    }

    /** Read as UTF-8 its first row fails and the others look right. */
    @ParameterizedTest
    @CsvSource({
        "84319533, GB18030",
        "F7644C, UTF-1",
        "0EFEFF, SCSU",
        "FBEE28, BOCU-1",
        "DD736673, UTF-EBCDIC",
        "2B2F762D, ",
        "2B2F76382D, UTF-7"
    })
    void refusesATableWithTheMarkOfAnotherEncoding(String mark, @Nullable String encoding) throws IOException {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        table.writeBytes(HexFormat.of().parseHex(mark));
        table.writeBytes("r1,1\nr2,2\n".getBytes(StandardCharsets.US_ASCII));
        if (encoding == null) {
            assertThat(rows(table.toByteArray(), RowMark.START)).hasSize(2);
            return;
        }

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> rows(table.toByteArray(), RowMark.START))
                .withMessage("not UTF-8: expected UTF-8, found the byte order mark of " + encoding
                        + "; save it as CSV in UTF-8");
    }

    @Test
    void refusesRowsThatAreTooLongOrTooWide() throws IOException {
        String wide = "x" + ",x".repeat(TableReader.MOST_COLUMNS);
        String full = "y" + ",y".repeat(TableReader.MOST_COLUMNS - 1);
        String lengthy = "z".repeat(TableReader.LONGEST_ROW + 1);
        List<TableRow> rows =
                rows((wide + "\n" + full + "\n" + lengthy + "\nend").getBytes(StandardCharsets.UTF_8), RowMark.START);

        assertThat(rows.get(0).problem()).contains("more than 10000 columns");
        assertThat(rows.get(1).fields()).hasSize(TableReader.MOST_COLUMNS);
        assertThat(rows.get(2).problem()).contains("longer than 1048576 bytes");
        assertThat(rows.get(3).fields()).containsExactly("end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void refusesATableInAnotherEncodingOnce(String charset) throws Exception {
        byte[] marked = "\uFEFFr1,1,中文\nr2,2,x\n".getBytes(charset.equals("UTF-16") ? "UTF-16BE" : charset);
        byte[] plain = "r1,1,x\n".getBytes(charset);

        for (byte[] table : List.of(marked, plain)) {
            assertThatExceptionOfType(Invalid.class)
                    .isThrownBy(() -> rows(table, RowMark.START))
                    .withMessageContaining("UTF-8");
        }
    }

    @Test
    void namesTheEncodingByItsByteOrderMark() {
        byte[] little = {(byte) 0xFF, (byte) 0xFE, 'r', 0};
        byte[] big = {(byte) 0xFE, (byte) 0xFF, 0, 'r'};

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> rows(little, RowMark.START))
                .withMessage(
                        "not UTF-8: expected UTF-8, found the byte order mark of UTF-16, little endian; save it as CSV in UTF-8");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> rows(big, RowMark.START))
                .withMessageContaining("UTF-16, big endian");
    }

    @Test
    void refusesAWorkbookAndANulFarBehind() {
        byte[] workbook = {'P', 'K', 3, 4, 20, 0, 6, 0};
        byte[] far = ("a,b\n".repeat(50_000) + "a,\0\n").getBytes(StandardCharsets.UTF_8);

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> rows(workbook, RowMark.START))
                .withMessageContaining("not a text")
                .withMessageContaining(".xlsx");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> rows(far, RowMark.START))
                .withMessageContaining("a NUL at byte 200003");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, (1 << 16) - 3, (1 << 16) - 2, 1 << 16})
    void takesACtrlZAtTheEndForTheEnd(int length) throws IOException {
        String text = "y".repeat(length);

        assertThat(fields(text + ",1\n\u001a")).containsExactly(List.of(text, "1"));
        assertThat(fields(text + "\u001a")).containsExactly(List.of(text));
        assertThat(fields(text + "\u001a,1")).containsExactly(List.of(text + "\u001a", "1"));
    }

    @Test
    void saysWhichRowsAreEmpty() throws IOException {
        assertThat(rows(",,\n\"\",\n \na\n".getBytes(StandardCharsets.UTF_8), RowMark.START))
                .extracting(TableRow::isEmpty)
                .containsExactly(true, true, false, false);
    }

    /** What costs other readers the square of the length: an open quote before many lines, or many quotes. */
    @ParameterizedTest
    @ValueSource(strings = {"\"", "\"\"", "a\"\n", ",", "\"a\",\"\n"})
    @Timeout(10)
    void takesTimeInProportionToTheTable(String piece) throws IOException {
        byte[] table = ("\"" + piece.repeat(12_000_000 / piece.length())).getBytes(StandardCharsets.UTF_8);
        long began = System.nanoTime();
        try (TableReader reader = new TableReader(new ByteArrayInputStream(table), RowMark.START)) {
            while (reader.next() != null) {
                // to the end
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    private static String random(Random random) {
        StringBuilder table = new StringBuilder();
        int length = random.nextInt(60);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(6)) {
                case 0 -> table.append("\n");
                case 1 -> table.append(",");
                case 2 ->
                    table.append('"')
                            .append(word(random).replace("\"", "\"\""))
                            .append('"')
                            .append(",\n".charAt(random.nextInt(2)));
                case 3 -> table.append("\r\n");
                default -> table.append(word(random).replaceAll("[\",\r\n]", "w"));
            }
        }
        return table.toString();
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            word.appendCodePoint(PIECES.codePointAt(
                    PIECES.offsetByCodePoints(0, random.nextInt(PIECES.codePointCount(0, PIECES.length())))));
        }
        return word.toString();
    }

    private static List<List<String>> fields(String table) throws IOException {
        return rows(table.getBytes(StandardCharsets.UTF_8), RowMark.START).stream()
                .map(TableRow::fields)
                .toList();
    }

    private static List<TableRow> rows(byte[] table, RowMark start) throws IOException {
        List<TableRow> rows = new ArrayList<>();
        try (TableReader reader = new TableReader(new ByteArrayInputStream(table), start)) {
            for (TableRow row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** One byte at a time, as a slow connection may give them. */
    private static InputStream dripping(byte[] bytes) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return super.read(buffer, offset, Math.min(length, 1));
            }
        };
    }
}
