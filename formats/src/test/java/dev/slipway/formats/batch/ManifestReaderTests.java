package dev.slipway.formats.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.Invalid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTests {

    @Test
    void readsALineForEachObjectInOrder() throws IOException {
        List<ManifestLine> lines =
                read("\uFEFF{\"source\":\"obs://box/a.csv\"}\r\n\n  \n{\"source\": \"s3://box/b c+%2F.csv\" }");

        assertThat(lines).extracting(ManifestLine::source).containsExactly("obs://box/a.csv", "s3://box/b c+%2F.csv");
        assertThat(lines).allMatch(ManifestLine.Named.class::isInstance);
        assertThat(((ManifestLine.Named) lines.get(1)).uri().key()).isEqualTo("b c+%2F.csv");
    }

    @Test
    void keepsALineThatStandsTwice() throws IOException {
        assertThat(read("{\"source\":\"obs://box/a\"}\n".repeat(3))).hasSize(3);
    }

    @Test
    void readsNothingFromNothing() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("\n \t\r\n")).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            []                                               | expected an object
            "x"                                              | expected an object
            null                                             | expected an object
            {}                                               | 'source': expected a text, found none
            {"source":null}                                  | 'source': expected a text, found null
            {"source":""}                                    | 'source': is empty, expected a text
            {"source":5}                                     | 'source': expected a text, found the number 5
            {"source":["obs://box/a"]}                       | 'source': expected a text
            {"Source":"obs://box/a"}                         | 'source': expected a text, found none
            {"source":"obs://box/a","source":"obs://box/b"}  | the key stands twice
            {"source":"obs://box/a"} {"source":"obs://box/b"} | more text follows
            {"source":"obs://box/a",}                        | is not JSON
            {"source":NaN}                                   | 'source': expected a text, found the number NaN
            {"source":"obs://box/a"} // note                 | is not JSON
            {"source":"obs://box/dir/"}                      | is a folder, expected a file
            {"source":"obs://box"}                           | is a folder, expected a file
            {"source":"obs:///k"}                            | bucket
            {"source":"ftp://box/k"}                         | ftp
            {"source":"https://169.254.169.254/latest"}      | not served here
            {"source":"https://box.obs.test/a?Signature=SECRET"} | signed link
            """)
    void tellsWhatIsWrongWithALineAndGoesOn(String line, String reason) throws IOException {
        List<ManifestLine> lines =
                read("{\"source\":\"obs://box/first\"}\n" + line + "\n{\"source\":\"obs://box/last\"}\n");

        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).isInstanceOfSatisfying(ManifestLine.Bad.class, bad -> assertThat(bad.reason())
                .startsWith("line 2: ")
                .contains(reason)
                .doesNotContain("SECRET"));
        assertThat(lines.get(2).source()).isEqualTo("obs://box/last");
    }

    @Test
    void refusesALineThatIsTooLongWithoutHoldingIt() throws IOException {
        String lengthy = "{\"source\":\"obs://box/" + "x".repeat(ManifestReader.LONGEST_LINE) + "\"}";
        List<ManifestLine> lines = read(lengthy + "\n{\"source\":\"obs://box/last\"}");

        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).isInstanceOfSatisfying(ManifestLine.Bad.class, bad -> {
            assertThat(bad.reason()).isEqualTo("line 1: longer than 1048576 bytes");
            assertThat(bad.source()).hasSizeLessThan(1_100);
        });
    }

    @Test
    void passesOverOtherFieldsAndEndsLinesAtEachCarriageReturn() throws IOException {
        String published =
                "\"usage\": \"INFERENCE\", \"id\": \"0162\", \"source-type\": 0, \"annotation\": [{\"a\": 1}]";
        List<ManifestLine> lines =
                read("{\"source\": \"obs://box/a\", %s}\r{\"source\": \"obs://box/b\"}\r\r\n{\"no\": 1}\r"
                        .formatted(published));

        assertThat(lines.subList(0, 2)).extracting(ManifestLine::source).containsExactly("obs://box/a", "obs://box/b");
        assertThat(lines.subList(0, 2)).allMatch(ManifestLine.Named.class::isInstance);
        assertThat(lines.get(2)).isInstanceOfSatisfying(ManifestLine.Bad.class, bad -> assertThat(bad.reason())
                .startsWith("line 4: "));
    }

    @Test
    void refusesALineThatIsNotUtf8() throws Exception {
        assertThat(reader("{\"source\":\"obs://box/é\"}", "ISO-8859-1").next()).isInstanceOf(ManifestLine.Bad.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32"})
    void refusesWhatIsNoTextInUtf8Once(String charset) throws Exception {
        try (ManifestReader reader = reader("{\"source\":\"obs://box/é\"}", charset)) {
            assertThatExceptionOfType(Invalid.class)
                    .isThrownBy(reader::next)
                    .withMessageStartingWith("the manifest is not ")
                    .withMessageContaining("UTF-8")
                    .withMessageEndingWith("; save it as JSON lines in UTF-8");
        }
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE, 'UTF-16, little endian'", "UTF-16BE, 'UTF-16, big endian'", "UTF-32LE, UTF-32"})
    void namesTheByteOrderMarkOfAManifest(String charset, String named) throws Exception {
        try (ManifestReader reader = reader("\uFEFF{\"source\":\"obs://box/a\"}", charset)) {
            assertThatExceptionOfType(Invalid.class)
                    .isThrownBy(reader::next)
                    .withMessageContaining("found the byte order mark of " + named + ";");
        }
    }

    static Stream<String> fieldsOfOthers() {
        return Stream.of(
                "\"annotation\": " + "[{\"a\":".repeat(400) + "1" + "}]".repeat(400),
                "\"a\": 1, \"a\": 2, \"annotation\": {\"b\": 1, \"b\": 1}",
                "\"text\": \"\\u0000\", \"\\u0000\": 1",
                "\"text\": \"\\ud83d\"",
                "\"number\": " + "7".repeat(2_000),
                "\"inner\": {\"source\": 5}",
                "\"n\": NaN, \"list\": [-Infinity, {\"x\": Infinity}]",
                "\"text\": \"" + "x".repeat(900_000) + "\"");
    }

    /** What data sets publish beside the address of a sample. */
    @ParameterizedTest
    @MethodSource("fieldsOfOthers")
    void passesOverOtherFieldsWhateverTheyContain(String others) throws IOException {
        List<ManifestLine> lines = read(
                "{%s, \"source\": \"obs://box/a\"}\n{\"source\": \"obs://box/b\", %s}\n".formatted(others, others));

        assertThat(lines).extracting(ManifestLine::source).containsExactly("obs://box/a", "obs://box/b");
        assertThat(lines).allMatch(ManifestLine.Named.class::isInstance);
    }

    @Test
    void refusesALineThatIsNestedTooDeeply() throws IOException {
        String deep = "{\"source\": \"obs://box/a\", \"annotation\": " + "[".repeat(2_000) + "]".repeat(2_000) + "}";

        assertThat(read(deep).getFirst()).isInstanceOfSatisfying(ManifestLine.Bad.class, bad -> assertThat(bad.reason())
                .contains("more than 1000 objects and arrays lie in one another"));
    }

    @Test
    void passesOverCtrlZAtTheEnd() throws IOException {
        assertThat(read("{\"source\":\"obs://box/a\"}\n\u001A")).hasSize(1);
        assertThat(read("{\"source\":\"obs://box/a\"}\u001A\u001A"))
                .singleElement()
                .isInstanceOf(ManifestLine.Named.class);
    }

    private static ManifestReader reader(String text, String charset) throws Exception {
        return new ManifestReader(new ByteArrayInputStream(text.getBytes(charset)), "obs.test");
    }

    private static List<ManifestLine> read(String text) throws IOException {
        List<ManifestLine> lines = new ArrayList<>();
        try (ManifestReader reader =
                new ManifestReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "obs.test")) {
            for (ManifestLine line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
