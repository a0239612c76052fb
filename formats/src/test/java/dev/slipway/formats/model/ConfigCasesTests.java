package dev.slipway.formats.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Configurations good and bad in {@code config-cases.txt}, each with what is said and where. */
class ConfigCasesTests {

    private static final String MARK = "▶";

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatAndWhere(String line) {
        List<String> parts =
                Arrays.stream(line.split(" ¦ ", -1)).map(String::strip).toList();
        String marked = written(parts.get(1));
        List<String> places = places(marked);
        List<String> expected = new ArrayList<>();
        for (int i = 2; i < parts.size(); i++) {
            expected.add(said(parts.get(i), places, i - 2));
        }
        String said = told(marked.replace(MARK, ""), parts.getFirst());

        if (parts.getFirst().equals("good")) {
            assertThat(said).isEmpty();
            return;
        }
        assertThat(expected).isNotEmpty();
        for (String each : expected) {
            // the path may stand between place and text
            String place = each.substring(0, each.indexOf('…'));
            String text = each.substring(each.indexOf('…') + 1);
            assertThat(said).containsPattern(Pattern.quote(place) + "('[^']*': )?[^;]*?" + Pattern.quote(text));
        }
    }

    @Test
    void areAtLeastOneHundredAndTwenty() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(120);
        assertThat(cases().filter(line -> line.startsWith("good"))).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @CsvSource({
        "GBK,               'line 2, column 21: not UTF-8 at byte 25, it looks like GBK: save it as UTF-8'",
        "windows-1252,      'line 2, column 23: not UTF-8 at byte 26, it looks like Windows-1252 or ISO 8859-1: save'",
        "UTF-16LE,          'line 1, column 1: not UTF-8 at byte 1, it looks like UTF-16, little endian, without a byte order mark: save'",
        "UTF-16BE,          'line 1, column 1: not UTF-8 at byte 1, it looks like UTF-16, big endian, without a byte order mark: save'",
        "UTF-16,            'line 1, column 1: not UTF-8 at byte 1, it looks like UTF-16, big endian: save it as UTF-8'",
        "x-UTF-16LE-BOM,    'line 1, column 1: not UTF-8 at byte 1, it looks like UTF-16, little endian: save it as UTF-8'",
        "UTF-32,            'not UTF-8 at byte 1, it looks like UTF-32, without a byte order mark: save'"
    })
    void namesAnotherEncoding(String encoding, String said) {
        String algorithm = encoding.equals("windows-1252") ? "caf\u00e9 cr\u00e8me" : "\u56fe\u50cf\u5206\u7c7b";
        String text = "{ \n\"model_algorithm\":\"%s\",\"model_type\":\"Custom\"}".formatted(algorithm);

        assertThat(told(text.getBytes(Charset.forName(encoding)), "bad")).contains(said);
    }

    static Stream<String> cases() throws IOException {
        try (InputStream in = ConfigCasesTests.class.getResourceAsStream("config-cases.txt")) {
            String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return all.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).toList().stream();
        }
    }

    private static String written(String text) {
        return text.replace("$", "\"model_algorithm\":\"a\",\"model_type\":\"Custom\"")
                .replace("@", "{\"url\":\"/\",\"method\":\"post\"")
                .replace("⏎", "\n")
                .replace("⇥", "\t");
    }

    /** Line and column of each mark, as they are written in messages. */
    private static List<String> places(String marked) {
        List<String> places = new ArrayList<>();
        int line = 1;
        int column = 1;
        for (int i = 0; i < marked.length(); i++) {
            char c = marked.charAt(i);
            if (c == MARK.charAt(0)) {
                places.add("line %d, column %d: ".formatted(line, column));
            } else if (c == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return places;
    }

    /** {@code =n} names another mark; {@code KEY} and {@code NOPLACE} stand for a place of their own. */
    private static String said(String expected, List<String> places, int index) {
        if (expected.startsWith("NOPLACE ")) {
            return "…" + expected.substring("NOPLACE ".length());
        }
        if (expected.startsWith("KEY")) {
            return "…" + expected.substring("KEY".length());
        }
        if (expected.startsWith("=")) {
            int space = expected.indexOf(' ');
            return places.get(Integer.parseInt(expected.substring(1, space))) + "…" + expected.substring(space + 1);
        }
        return index < places.size() ? places.get(index) + "…" + expected : "…" + expected;
    }

    private static String told(String text, String kind) {
        return told(text.getBytes(StandardCharsets.UTF_8), kind);
    }

    private static String told(byte[] bytes, String kind) {
        try {
            ModelConfig config = ModelConfigReader.readFile(bytes);
            assertThat(kind).isIn("good", "odd");
            return ModelConfigReader.warnings(config, true).stream().collect(Collectors.joining("; "));
        } catch (Invalid refused) {
            assertThat(kind).as(refused.getMessage()).isEqualTo("bad");
            assertThat(refused.code()).isIn(ErrorCode.CONFIG_VIOLATES_SPECIFICATION, ErrorCode.CONFIG_UNSUPPORTED);
            return String.valueOf(refused.getMessage());
        }
    }
}
