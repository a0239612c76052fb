package dev.slipway.formats.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.RecordFailure;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class JsonLinesTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            ^{ "a" : [ 1.50 , 1e400 ] }^ | {"a":[1.50,1e400]}
            ^"a b \\" c"^                | "a b \\" c"
            0.10                         | 0.10
            null                         | null
            plain text                   | "plain text"
            ^{"a":1} x^                  | "{\\"a\\":1} x"
            {'a':1}                      | "{'a':1}"
            01                           | "01"
            """)
    void keepsJsonAndQuotesTheRest(String answer, String line) {
        assertThat(JsonLines.ofAnswer(answer.getBytes(StandardCharsets.UTF_8))).isEqualTo(line);
    }

    @Test
    void readsAnswersOfAnySizeInPieces() {
        String blank = " ".repeat(20_000);
        String text = "é\\\" \uD83D\uDE00".repeat(5_000);
        byte[] json =
                "{%s\"a\":%s\"%s\"%s}".formatted(blank, blank, text, blank).getBytes(StandardCharsets.UTF_8);
        byte[] plain = "\u00e9\uD83D\uDE00 x".repeat(5_000).getBytes(StandardCharsets.UTF_8);

        assertThat(JsonLines.ofAnswer(json)).isEqualTo("{\"a\":\"%s\"}".formatted(text));
        assertThat(JsonLines.ofAnswer(plain)).isEqualTo("\"%s\"".formatted("\u00e9\uD83D\uDE00 x".repeat(5_000)));
    }

    @Test
    void isOneLineWhateverCame() {
        byte[] bytes = {'a', '\n', '\r', (byte) 0xFF, 0, '"'};

        for (String line : new String[] {
            JsonLines.ofAnswer(bytes),
            JsonLines.ofAnswer("{\n \"a\":\r\n\t1}".getBytes(StandardCharsets.UTF_8)),
            JsonLines.ofAnswer(new byte[0]),
            JsonLines.ofFailure(new RecordFailure(RecordFailure.Kind.REFUSED, "a\nb\"c")),
            JsonLines.ofManifest("obs://box/a\nb", "obs://box/r", "x\ry")
        }) {
            assertThat(line).doesNotContain("\n", "\r");
            JsonMapper.builder().build().readTree(line);
        }
    }

    @Test
    void writesManifestLinesAsTheGuideHasThem() {
        assertThat(JsonLines.ofManifest("obs://box/a", "obs://box/r", null))
                .isEqualTo("{\"source\":\"obs://box/a\",\"result\":\"SUCCESSFUL\",\"inference-loc\":\"obs://box/r\"}");
        assertThat(JsonLines.ofManifest("s3://box/a", null, "gone"))
                .isEqualTo("{\"source\":\"s3://box/a\",\"result\":\"FAILED\",\"error_message\":\"gone\"}");
        assertThat(JsonLines.ofFailure(new RecordFailure(RecordFailure.Kind.BAD_INPUT, "no")))
                .isEqualTo("{\"error_code\":\"ModelArts.4200\",\"error_msg\":\"no\"}");
    }
}
