package dev.slipway.domain.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignTextTests {

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "a\u001Bb", "a\u0085b", "a\u007Fb", "a\uD800b", "a\uDC00b", "a\u202Eb", "a\u2066b"})
    void replacesWhatADatabaseRefusesOrATerminalObeys(String text) {
        assertThat(ForeignText.plain(text)).isEqualTo("a\uFFFDb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a line\n\tand another\r\n", "鸢尾花 \uD83C\uDF38", "عربي", "e\u0301", "zero\u200Dwidth"})
    void leavesTextAsItIs(String text) {
        assertThat(ForeignText.plain(text)).isSameAs(text);
    }

    @Test
    void replacesEachHalfOfATurnedPair() {
        assertThat(ForeignText.plain("\uDF38\uD83C")).isEqualTo("\uFFFD\uFFFD");
    }
}
