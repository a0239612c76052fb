package dev.slipway.standalone.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTests {

    @Test
    void leavesAPlainPathAsItIsTyped() {
        assertThat(ShellWord.path(Path.of("data-demo"))).isEqualTo("data-demo");
        assertThat(ShellWord.path(Path.of("/srv/slipway"))).isEqualTo("/srv/slipway");
        assertThat(ShellWord.path(Path.of("a/../b"))).isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tmp/my data",
                "/tmp/it's",
                "/tmp/$HOME",
                "/tmp/a;b",
                "/tmp/\"x\"",
                "/tmp/~",
                "/tmp/ü",
                "/tmp/a\\b"
            })
    void comesOutOfAShellAsItWas(String path) throws Exception {
        String pasted = "printf %s \"$(printf %s " + ShellWord.path(Path.of(path)) + ")\"";

        Process shell =
                new ProcessBuilder("sh", "-c", pasted).redirectErrorStream(true).start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(path);
        assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void keepsAPathThatLooksLikeAnOptionAValue() {
        assertThat(ShellWord.path(Path.of("-x"))).isEqualTo("./-x");
    }
}
