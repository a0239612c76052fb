package dev.slipway.formats.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with Jackson, by which {@link JsonLines#ofAnswer} judges. */
class CompactJsonTests {
    private static final String PIECES = "{}[]:,\"\\/ \t\n\r0123456789-+.eEtrufalsn\u0000\u001f\u007fäé鸢\ud83d\ude00u";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": [1, 2.50, -3e+7, true, false, null], \"b\": {\"c\": \"x y\"}}",
                " [ ] ",
                "{ }",
                "\"\\u00e9\\n\\\"\"",
                "\"鸢尾\"",
                "0",
                "-0.5E3",
                "[[[[1]]]]",
                "null"
            })
    void copiesJsonWithoutItsBlanks(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        ByteBuilder out = new ByteBuilder(1);
        out.append("before");

        assertThat(CompactJson.append(bytes, 0, bytes.length, out)).isTrue();
        assertThat(text(out)).isEqualTo("before" + JsonLines.ofAnswer(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\" 1}",
                "01",
                "1.",
                ".5",
                "+1",
                "1e",
                "-",
                "tru",
                "truex",
                "nul l",
                "NaN",
                "Infinity",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"a\tb\"",
                "1 2",
                "{} {}",
                "[1 2]",
                "{1:2}",
                "1a",
                "//x\n1",
                "\uFEFF1"
            })
    void leavesAllElseToJackson(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuilder out = new ByteBuilder(1);
        out.append("before");

        assertThat(CompactJson.append(bytes, 0, bytes.length, out)).isFalse();
        assertThat(text(out)).isEqualTo("before");
        assertThat(JsonLines.ofAnswer(bytes)).as("no JSON for Jackson either").startsWith("\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC0, 0xC1, 0xF5, 0xFF, 0x80, 0xED, 0xE0, 0xF4, 0xF0})
    void leavesBytesThatAreNotUtf8ToJackson(int first) {
        byte[] bytes = {
            '"', (byte) first, (byte) (first == 0xE0 || first == 0xF0 ? 0x80 : 0xBF), (byte) 0x80, (byte) 0x80, '"'
        };

        assertThat(CompactJson.append(bytes, 0, bytes.length, new ByteBuilder(1)))
                .isFalse();
    }

    @Test
    void leavesDeepNestingAndLongNumbersToJackson() {
        for (String text : new String[] {"[".repeat(65) + "]".repeat(65), "1".repeat(501)}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            ByteBuilder out = new ByteBuilder(1);

            assertThat(CompactJson.append(bytes, 0, bytes.length, out)).isFalse();
            JsonLines.appendAnswer(bytes, 0, bytes.length, out);
            assertThat(text(out)).isEqualTo(text + "\n");
        }
    }

    /** Random texts and JSON with one byte changed: taken only if Jackson takes it, and then copied the same. */
    @RepeatedTest(50)
    void judgesAsJacksonDoes(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int taken = 0;
        for (int i = 0; i < 400; i++) {
            byte[] bytes = (i % 2 == 0 ? noise(random) : value(random, 0)).getBytes(StandardCharsets.UTF_8);
            if (i % 4 == 1 && bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            ByteBuilder out = new ByteBuilder(1);
            String expected = JsonLines.ofAnswer(bytes);
            if (CompactJson.append(bytes, 0, bytes.length, out)) {
                taken++;
                assertThat(text(out)).isEqualTo(expected);
            } else if (i % 4 == 3) {
                assertThat(false)
                        .as("JSON is taken: " + new String(bytes, StandardCharsets.UTF_8))
                        .isTrue();
            }
            ByteBuilder line = new ByteBuilder(1);
            JsonLines.appendAnswer(bytes, 0, bytes.length, line);
            assertThat(text(line)).isEqualTo(expected + "\n");
        }
        assertThat(taken).isGreaterThan(100);
    }

    private static String noise(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            text.append(PIECES.charAt(random.nextInt(PIECES.length())));
        }
        return text.toString();
    }

    private static String value(Random random, int depth) {
        String blank = " \n".substring(0, random.nextInt(3));
        int kind = random.nextInt(depth > 3 ? 4 : 6);
        String value =
                switch (kind) {
                    case 0 -> String.valueOf(random.nextInt());
                    case 1 -> String.valueOf(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
                    case 2 -> random.nextBoolean() ? "true" : "null";
                    case 3 -> "\"a\\\"\\\\\\u0041é鸢\ud83d\ude00 \"";
                    case 4 -> "[%s,%s]".formatted(value(random, depth + 1), value(random, depth + 1));
                    default -> "{\"a b\":%s,\"\":%s}".formatted(value(random, depth + 1), value(random, depth + 1));
                };
        return blank + value + blank;
    }

    private static String text(ByteBuilder bytes) {
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }
}
