package dev.slipway.formats.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.Invalid;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingRuleTests {
    private static final String NUMBERS =
            "{\"properties\":{\"a\":{\"type\":\"number\",\"index\":0},\"b\":{\"type\":\"number\",\"index\":1}}}";

    /** The rule of guide 3.2.4 in short: objects in an array, and a value beside them. */
    private static final String GUIDE = """
            {"type":"object","properties":{"data":{"type":"object","properties":{"req_data":{"type":"array","items":[
              {"type":"object","properties":{
                "input_1":{"type":"number","index":0},"input_2":{"type":"number","index":1},
                "input_3":{"type":"number","index":2}}}]},
              "id":{"type":"string","index":3}}}}}""";

    @Test
    void makesARequestOfARow() {
        assertThat(body(GUIDE, "5.1", "3.50", "1e2", "a \"b\""))
                .isEqualTo("{\"data\":{\"req_data\":[{\"input_1\":5.1,\"input_2\":3.50,\"input_3\":1e2}],"
                        + "\"id\":\"a \\\"b\\\"\"}}");
    }

    @Test
    void takesColumnsInAnyOrderAndMoreThanOnce() {
        String rule = """
                {"type":"array","items":[{"type":"integer","index":1},{"type":"integer","index":0},{"type":"integer","index":1}]}""";

        assertThat(body(rule, "7", "9", "ignored")).isEqualTo("[9,7,9]");
    }

    /** Guide: an index that is none leaves the parameter out of the request. */
    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "\"x\"", "null", "true"})
    void leavesOutWhatHasNoColumn(String index) {
        String rule =
                "{\"properties\":{\"a\":{\"type\":\"string\",\"index\":0},\"b\":{\"type\":\"string\",\"index\":%s}}}"
                        .formatted(index);

        assertThat(body(rule, "1", "2")).isEqualTo("{\"a\":\"1\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            number  | -0.5      | -0.5
            number  | 1E+10     | 1E+10
            number  | 12345678901234567890.123456789012345678 | 12345678901234567890.123456789012345678
            integer | -7        | -7
            integer | 5.0       | 5
            integer | -5.00     | -5
            integer | -0.0      | 0
            integer | 1e2       | 100
            integer | 1.5E+1    | 15
            integer | 123456789012345678901234567890 | 123456789012345678901234567890
            boolean | TRUE      | true
            string  | 007       | "007"
            string  | 鸢尾      | "鸢尾"
            """)
    void keepsTheSpellingOfValues(String type, String text, String written) {
        assertThat(body("{\"properties\":{\"v\":{\"type\":\"%s\",\"index\":0}}}".formatted(type), text))
                .isEqualTo("{\"v\":%s}".formatted(written));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            number  | +5      | a number
            number  | NaN     | a number
            number  | 0x1F    | a number
            number  | 1,5     | a number
            number  | 01      | a number
            number  | ^^      | a number
            number  | 1e999   | a number of at most 1.8e308
            number  | -1e309  | a number of at most 1.8e308
            integer | 5.5     | a whole number
            integer | 1e-1    | a whole number
            integer | 1e999999999 | a whole number
            integer | 1e99999999999999 | a whole number
            integer | ^^      | a whole number
            integer | 05.0    | a whole number
            boolean | yes     | true or false
            """)
    void saysWhichColumnDoesNotFit(String type, String text, String expected) {
        MappingRule rule = MappingRule.parse(
                "{\"properties\":{\"deep\":{\"properties\":{\"v\":{\"type\":\"%s\",\"index\":0}}}}}".formatted(type));

        assertThat(rule.request(List.of(text == null ? "" : text)))
                .isInstanceOfSatisfying(RowRequest.Unfit.class, unfit -> assertThat(unfit.reason())
                        .startsWith("column 1 ('deep.v'): expected " + expected)
                        .contains("found '"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            2                       | 3
            2147483647              | 2147483648
            2147483648              | 2147483649
            "2147483648"            | 2147483649
            2147483648.0            | 2147483649
            99999999999999999999999 | 9223372036854775808
            1e999999999             | 9223372036854775808
            """)
    void failsARowThatHasNotTheColumnHoweverFarItIs(String index, String column) {
        String rule = "{\"properties\":{\"v\":{\"type\":\"string\",\"index\":%s}}}".formatted(index);

        assertThat(MappingRule.parse(rule).request(List.of("1", "2")))
                .isEqualTo(new RowRequest.Unfit("column %s ('v') is missing: the row has 2".formatted(column)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '`', textBlock = """
            r1;1;x      ! ; it is separated by ';', expected commas
            r1|1|x      ! ; it is separated by '|', expected commas
            r1\t1\tx    ! ; it is separated by tabs, expected commas
            r1^1^x      ! ; it is separated by '^', expected commas
            r1，1，x     ! ; it is separated by '，' (U+FF0C), expected commas
            r1；1       ! ; it is separated by '；' (U+FF1B), expected commas
            r1\u00011   ! ; it is separated by U+0001, expected commas
            5.1 3.5     ! ; it is separated by spaces, expected commas
            5.1:3.5     ! ; it is separated by ':', expected commas
            at 10:30 h  ! ``
            r1          ! ``
            """)
    void namesTheSeparatorThatWasFound(String row, String hint) {
        String rule = "{\"properties\":{\"v\":{\"type\":\"string\",\"index\":1}}}";

        assertThat(MappingRule.parse(rule).request(List.of(row.translateEscapes())))
                .isEqualTo(new RowRequest.Unfit("column 2 ('v') is missing: the row has 1" + hint));
    }

    @Test
    void namesTheSeparatorWhereNumbersHaveCommas() {
        String rule = "{\"properties\":{\"v\":{\"type\":\"string\",\"index\":4}}}";

        assertThat(MappingRule.parse(rule).request(List.of("r1;1", "5;x")))
                .isEqualTo(new RowRequest.Unfit(
                        "column 5 ('v') is missing: the row has 2; it is separated by ';', expected commas"));
    }

    /** Where a number comes first it is judged first. */
    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '`', textBlock = """
            5.1;3.5     ! ; it is separated by ';', expected commas
            5.1\t3.5    ! ; it is separated by tabs, expected commas
            5.1|3.5|1   ! ; it is separated by '|', expected commas
            5.1   3.5   ! ; it is separated by spaces, expected commas
            5.1:3.5     ! ; it is separated by ':', expected commas
            r1;3.5      ! ; it is separated by ';', expected commas
            five        ! ``
            10:30 h     ! ``
            """)
    void namesTheSeparatorThatWasFoundInPlaceOfANumber(String row, String hint) {
        String text = row.translateEscapes();

        assertThat(MappingRule.parse(NUMBERS).request(List.of(text)))
                .isEqualTo(new RowRequest.Unfit(
                        "column 1 ('a'): expected a number of at most 1.8e308, found '%s'%s".formatted(text, hint)));
    }

    /** Semicolons where numbers have decimal commas: 5,1 and 3,5. */
    @Test
    void saysThatAValueContainsASeparator() {
        assertThat(MappingRule.parse(NUMBERS).request(List.of("5", "1;3", "5")))
                .isEqualTo(
                        new RowRequest.Unfit(
                                "column 2 ('b'): expected a number of at most 1.8e308, found '1;3'; it contains ';', expected fields that are separated by commas"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0e999", "-0e999", "0.0", "0e-999"})
    void readsNoughtHoweverItIsWritten(String nought) {
        String rule = "{\"properties\":{\"v\":{\"type\":\"integer\",\"index\":0}}}";

        assertThat(MappingRule.parse(rule).request(List.of(nought))).isEqualTo(new RowRequest.Body("{\"v\":0}"));
    }

    @Test
    void saysThatARowIsTooShort() {
        assertThat(MappingRule.parse(GUIDE).request(List.of("1", "2")))
                .isEqualTo(new RowRequest.Unfit("column 3 ('data.req_data[0].input_3') is missing: the row has 2"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"type":"object","properties":{}}                       | no value has an index
            {"properties":{"a":{"type":"string"}}}                  | no value has an index
            {"properties":{"a":{"type":"file","index":0}}}          | expected one of
            {"properties":{"a":5}}                                  | expected an object
            [1]                                                     | expected an object
            {"properties":{"a":{"type":"string","index":0}          | is not JSON
            """)
    void refusesARuleThatMakesNoRequest(String rule, String message) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> MappingRule.parse(rule))
                .withMessageContaining(message)
                .withMessageContaining("mapping_rule");
    }

    private static String body(String rule, String... row) {
        return ((RowRequest.Body) MappingRule.parse(rule).request(List.of(row))).json();
    }
}
