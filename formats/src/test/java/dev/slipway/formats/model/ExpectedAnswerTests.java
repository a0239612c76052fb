package dev.slipway.formats.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedAnswerTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            {"a":1}              | {"a":1,"b":2}          | -
            {"a":[1,{"b":"x"}]}  | {"a":[1,{"b":"x"}]}    | -
            1                    | 1.0                    | -
            1                    | 1.0009                 | -
            1                    | 1.0011                 | the answer: expected 1, found 1.0011
            1000                 | 1000.9                 | -
            0                    | -0.0011                | the answer: expected 0, found -0.0011
            1e400                | 1e400                  | -
            1e400                | 1e401                  | the answer: expected 1e400, found 1e401
            {"a":{"b":[1,2]}}    | {"a":{"b":[1,3]}}      | 'a.b[1]' of the answer: expected 2, found 3
            {"a":1}              | {"b":1}                | 'a' of the answer: expected 1, found nothing
            [1]                  | [1,2]                  | the answer: expected 1 elements, found 2
            "1"                  | 1                      | the answer: expected "1", found 1
            true                 | false                  | the answer: expected true, found false
            null                 | null                   | -
            """)
    void namesTheFirstDifference(String expected, String found, @Nullable String difference) {
        assertThat(new ExpectedAnswer(0.001)
                        .difference(json(expected), json(found))
                        .orElse(null))
                .isEqualTo(difference);
    }

    private static JsonValue json(String text) {
        return JsonDocument.read(JsonSource.named("text", ErrorCode.PARAMETER), text);
    }
}
