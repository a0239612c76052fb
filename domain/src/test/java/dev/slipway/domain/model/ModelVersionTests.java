package dev.slipway.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.Invalid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties of versions and names, over random texts of a fixed seed. */
class ModelVersionTests {

    /** The wire contract's own expressions. */
    private static final String CONTRACT = "^(\\d\\.|[1-9]\\d\\.){2}(\\d|([1-9]\\d))$";

    private static final String VERSION_LETTERS = "0129. -+x\u0661\n";
    private static final String NAME_LETTERS = "aZ09-_ .\u4e2d\u9fff\u00e9&\n\ud83d\ude00/";

    private final Random random = new Random(12);

    @Test
    void acceptsWhatTheContractAcceptsAndNothingElse() {
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            String text = text(VERSION_LETTERS, 8);
            assertThat(ModelSpec.isVersion(text)).as(text).isEqualTo(text.matches(CONTRACT) && !text.endsWith("\n"));
            accepted += ModelSpec.isVersion(text) ? 1 : 0;
        }
        assertThat(accepted).isPositive();
    }

    @Test
    void everyVersionReadsBackAndIsBeforeItsNext() {
        for (int i = 0; i < 20_000; i++) {
            ModelVersion version = version();
            assertThat(ModelVersion.parse(version.toString())).isEqualTo(version);
            if (!version.toString().equals("99.99.99")) {
                assertThat(version.next()).isGreaterThan(version);
                assertThat(ModelSpec.isVersion(version.next().toString())).isTrue();
            }
        }
        assertThat(ModelVersion.parse("1.9.99").next()).hasToString("1.10.0");
        assertThat(ModelVersion.parse("9.99.99").next()).hasToString("10.0.0");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> new ModelVersion(99, 99, 99).next())
                .withMessageContaining("'99.99.99' is the last one");
    }

    /** Nothing lies between a version and its next. */
    @Test
    void nextSkipsNoVersion() {
        ModelVersion version = new ModelVersion(0, 0, 0);
        int count = 1;
        while (!version.equals(new ModelVersion(1, 0, 0))) {
            version = version.next();
            count++;
        }
        assertThat(count).isEqualTo(100 * 100 + 1);
    }

    @Test
    void ordersByNumbersAndNotByLetters() {
        List<ModelVersion> versions = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            versions.add(version());
        }
        Collections.sort(versions);
        for (int i = 1; i < versions.size(); i++) {
            assertThat(number(versions.get(i - 1))).isLessThanOrEqualTo(number(versions.get(i)));
        }
        assertThat(ModelVersion.parse("0.0.10")).isGreaterThan(ModelVersion.parse("0.0.9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "1", "1.0", "1.0.0.0", "01.0.0", "1.00.0", "1.0.100", "v1.0.0", "1.0.0 ", " 1.0.0", "1..0",
                "-1.0.0", "1.0.0\n", "١.0.0"
            })
    void refusesOtherForms(String text) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> ModelVersion.parse(text))
                .withMessageContaining("expected three numbers of one or two digits without leading zeros");
    }

    @Test
    void namesHaveOneToSixtyFourLettersOfTheContract() {
        int accepted = 0;
        for (int i = 0; i < 100_000; i++) {
            String text = text(NAME_LETTERS, 70);
            boolean isName = !text.isEmpty()
                    && text.length() <= 64
                    && text.chars()
                            .allMatch(c -> (c >= 'a' && c <= 'z')
                                    || (c >= 'A' && c <= 'Z')
                                    || (c >= '0' && c <= '9')
                                    || c == '-'
                                    || c == '_'
                                    || (c >= 0x4e00 && c <= 0x9fff));
            assertThat(ModelSpec.isName(text)).as(text).isEqualTo(isName);
            accepted += isName ? 1 : 0;
        }
        assertThat(accepted).isPositive();
        assertThat(ModelSpec.isName("\u4e2d".repeat(64))).isTrue();
        assertThat(ModelSpec.isName("a".repeat(65))).isFalse();
    }

    private ModelVersion version() {
        return new ModelVersion(random.nextInt(100), random.nextInt(100), random.nextInt(100));
    }

    private static int number(ModelVersion version) {
        return version.major() * 10_000 + version.minor() * 100 + version.patch();
    }

    private String text(String letters, int longest) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(longest + 1);
        for (int i = 0; i < length; i++) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
