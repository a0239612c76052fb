package dev.slipway.formats.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.field.Field;
import org.junit.jupiter.api.Test;

class JsonObjectReaderTests {

    @Test
    void takesNumbersAsNumbersAndAsText() {
        JsonObjectReader reader = reader("{\"a\":70,\"b\":\"70\",\"c\":7e1,\"d\":null,\"e\":\"\"}");

        assertThat(reader.integer(Field.Whole.required("a", 0, 100))).isEqualTo(70);
        assertThat(reader.integer(Field.Whole.required("b", 0, 100))).isEqualTo(70);
        assertThat(reader.integer(Field.Whole.required("c", 0, 100))).isEqualTo(70);
        assertThat(reader.integerOr(Field.Whole.optional("d", 0, 100), 5)).isEqualTo(5);
        assertThat(reader.integerOr(Field.Whole.optional("e", 0, 100), 5)).isEqualTo(5);
    }

    @Test
    void refusesAHugeExponentAtOnce() {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader("{\"a\":1e100000000}").integer(Field.Whole.required("a", 0, 100)))
                .withMessageContaining("'a': expected a whole number from 0 to 100, found the number 1e100000000");
    }

    @Test
    void takesArraysAsJsonTextToo() {
        JsonObjectReader reader = reader("{\"a\":\"[1,2]\",\"b\":[1],\"c\":\"x\",\"d\":[\"x\",\"y\"]}");

        assertThat(reader.array("a")).hasSize(2);
        assertThat(reader.array("b")).hasSize(1);
        assertThat(reader.texts("c")).containsExactly("x");
        assertThat(reader.texts("d")).containsExactly("x", "y");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader("{\"a\":\"[1,\"}").array("a"))
                .withMessageContaining("JSON text in 'a', line 1, column");
    }

    @Test
    void namesTheNearestKnownField() {
        JsonObjectReader reader = reader("{\"service_name\":\"x\",\"wieght\":1}");
        reader.text("service_name");
        reader.integerOrNull(Field.Whole.optional("weight", 0, 100));

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(reader::refuseUnknownFields)
                .withMessage("request body, line 1, column 30: 'wieght': unknown field, did you mean 'weight'?");
    }

    @Test
    void letsAFieldNotBuiltPassOnlyWhenItIsNotUsed() {
        JsonObjectReader reader = reader("{\"a\":null,\"b\":[],\"c\":\"0\",\"d\":\"x\"}");
        reader.notBuiltYet(Field.Unused.of("a"));
        reader.notBuiltYet(Field.Unused.of("b"));
        reader.notBuiltYet(Field.Unused.of("c", "\"0\""));

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader.notBuiltYet(Field.Unused.of("d")))
                .withMessageContaining("'d': this field is not supported by this version");
    }

    @Test
    void namesAMissingField() {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader("{\"a\":{}}").object("a").text("b"))
                .withMessage("request body, line 1, column 6: 'a.b': expected a text, found none");
    }

    @Test
    void saysThatATextIsEmptyOrNull() {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader("{\"b\":\"\"}").text("b"))
                .withMessage("request body, line 1, column 6: 'b': is empty, expected a text");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader("{\"b\":null}").integer(Field.Whole.required("b", 1, 2)))
                .withMessageEndingWith("'b': expected a whole number from 1 to 2, found null");
    }

    @Test
    void takesNoFieldThatIsAskedLaterForTheMisspeltOne() {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() ->
                        reader("{\"model_type\":\"x\"}").asksLater("model_type").text("model_name"))
                .withMessageEndingWith("'model_name': expected a text, found none");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader("{\"model_type\":1,\"modle_name\":\"x\"}")
                        .asksLater("model_type")
                        .text("model_name"))
                .withMessageEndingWith("; did you mean 'model_name' by 'modle_name'?");
    }

    private static JsonObjectReader reader(String text) {
        return JsonObjectReader.of(JsonDocument.read(JsonSource.requestBody(), text));
    }
}
