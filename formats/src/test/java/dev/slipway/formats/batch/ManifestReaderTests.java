package dev.slipway.formats.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
            {"Source":"obs://box/a"}                         | did you mean 'source'
            {"source":"obs://box/a","source":"obs://box/b"}  | the key stands twice
            {"source":"obs://box/a"} {"source":"obs://box/b"} | more text follows
            {"source":"obs://box/a",}                        | is not JSON
            {"source":NaN}                                   | is not JSON
            {"source":"obs://box/a"} // note                 | is not JSON
            {"source":"obs://box/dir/"}                      | is a folder, expected a file
            {"source":"obs://box"}                           | is a folder, expected a file
            {"source":"obs:///k"}                            | bucket
            {"source":"ftp://box/k"}                         | ftp
            {"source":"https://169.254.169.254/latest"}      | not served here
            {"source":"https://box.obs.test/a?Signature=SECRET"} | signed link
            {"source":"obs://box/a","note":1}                | 'note': unknown field
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
            assertThat(bad.reason()).isEqualTo("line 1: longer than 65536 bytes");
            assertThat(bad.source()).hasSizeLessThan(1_100);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ISO-8859-1", "UTF-16"})
    void refusesWhatIsNotUtf8(String charset) throws Exception {
        try (ManifestReader reader = new ManifestReader(
                new ByteArrayInputStream("{\"source\":\"obs://box/é\"}".getBytes(charset)), "obs.test")) {
            assertThat(reader.next()).isInstanceOf(ManifestLine.Bad.class);
        }
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
