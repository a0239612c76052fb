package dev.slipway.formats.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTests {

    private static final JsonSource SOURCE = JsonSource.named("config.json", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);

    @Test
    void givesNumbersAndOrderBackUntouched() {
        String text = "{\"b\":1.50,\"a\":[1e5,-0,{\"x\":null,\"y\":\"\\u00e9\\n\"}],\"t\":true}";

        assertThat(JsonDocument.read(SOURCE, text).toJson())
                .isEqualTo("{\"b\":1.50,\"a\":[1e5,-0,{\"x\":null,\"y\":\"é\\n\"}],\"t\":true}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":1,"a":2}               | config.json, line 1, column 8: 'a': the key stands twice, first at line 1, column 6
            {"a":1} x                   | line 1, column
            {"a":1} {}                  | config.json, line 1, column 9: more text follows after the JSON value, expected its end
            // c                        | config.json, line 1, column 1: is not JSON: Unexpected character ('/' (code 47)): maybe a (non-standard) comment?
            {"a":1,}                    | line 1, column 8: is not JSON
            {"a":NaN}                   | line 1, column 9: is not JSON: 'NaN' is no number, expected one that is finite, or null
            {"a":-Infinity}             | is not JSON: '-Infinity' is no number
            ``                          | config.json, line 1, column 1: is empty, expected JSON
            {"a":"\\u0000"}             | 'a': a text has a NUL character
            {"a":["\\ud800"]}           | 'a[0]': a text has half of a surrogate pair (\\ud800)
            {"a":"x                     | line 1, column
            """)
    void refusesWithPosition(String text, String message) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(SOURCE, text))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_VIOLATES_SPECIFICATION))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":-INF}",
                "{\"a\":+1}",
                "{\"a\":01}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1",
                "{\"a\":[1",
                "{\"a\":[1}",
                "[1,,2]",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "#x",
                "/* x */ 1",
                "\"a\nb\"",
                "\"a",
                "\"\\x\"",
                "\"\\u00g0\"",
                "\u00a0{}",
                "tru",
                "nul",
                "{\"a\":1]",
                "}",
                "\"a\tb\"",
                "{\"a\" 1}",
                "-",
                "@"
            })
    void saysNothingOfTheParsersOwn(String text) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(SOURCE, text))
                .satisfies(e -> assertThat(e.getMessage())
                        .startsWith("config.json, line 1, column ")
                        .doesNotContain(
                                "`", "Feature", "Source", "REDACTED", "enable", "Constraints", "start marker", "\n"));
    }

    @Test
    void namesLineAndColumnOfALaterLine() {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(SOURCE, "{\n  \"a\": 1,\n  \"b\": oops\n}"))
                .withMessageContaining("line 3, column 8");
    }

    @Test
    void namesTheByteThatIsNotUtf8() {
        byte[] gbk = "{\"text\":\"中\"}".getBytes(Charset.forName("GBK"));

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(SOURCE, gbk))
                .withMessage(
                        "config.json, line 1, column 10: not UTF-8 at byte 10, it looks like GBK: save it as UTF-8");
    }

    @Test
    void passesOverAByteOrderMark() {
        byte[] marked = "\uFEFF{\"a\": x}".getBytes(StandardCharsets.UTF_8);

        assertThat(JsonDocument.read(SOURCE, "\uFEFF{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JsonValue.JsonObject.class);
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(SOURCE, marked))
                .withMessageContaining("line 1, column 7");
    }

    @Test
    void refusesWhatIsTooDeepTooLongOrTooBig() {
        JsonSource small = new JsonSource("x", ErrorCode.PARAMETER, 5000, 3);

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(small, "[[[[1]]]]"))
                .withMessage(
                        "x, line 1, column 4: more than 3 objects and arrays lie in one another, expected at most that many levels");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(small, "1".repeat(1001)))
                .withMessageContaining("a number has more than 1000 digits");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(small, new byte[5001]))
                .withMessage("x: 5001 bytes long, expected at most 5000");
    }

    @ParameterizedTest
    @CsvSource({"1, 199999, true", "1, 200001, false", "90, 2100, true", "90, 2300, false"})
    void boundsValuesTimesTheirDepth(int depth, int count, boolean isRead) {
        String text = "[".repeat(depth) + "1,".repeat(count - 1) + "1" + "]".repeat(depth);
        JsonSource wide = new JsonSource("x", ErrorCode.PARAMETER, 10 << 20, 100);
        if (isRead) {
            assertThat(JsonDocument.read(wide, text)).isInstanceOf(JsonValue.JsonArray.class);
            return;
        }
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(wide, text))
                .withMessageContaining("x, line 1, column")
                .withMessageContaining("pass 200000");
    }

    /** The places of this document would take 9 GB with their paths. */
    @Test
    void keepsNoPathsOfDeepValuesWithLongNames() {
        String name = "n".repeat(20_000);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append("{\"%s\":".formatted(name));
        }
        text.append("[").append("1,".repeat(4_500)).append("{\"a\":1,\"a\":2}]").append("}".repeat(40));

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> JsonDocument.read(JsonSource.requestBody(), text.toString()))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(5_000))
                .withMessageContaining("…[4500].a': the key stands twice");
    }
}
