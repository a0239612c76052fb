package dev.slipway.domain.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageStartTests {

    @ParameterizedTest
    @CsvSource({
        "gosu www serve, gosu",
        "/usr/local/bin/su-exec www serve, su-exec",
        "su - www -c serve, su",
        "tini -g -- gosu www serve, gosu",
        "/usr/bin/env A=B setpriv --reuid=33 serve, setpriv",
        "/usr/bin/dumb-init runuser -u www serve, runuser"
    })
    void knowsProgramsThatChangeUsers(String command, String program) {
        for (String user : List.of("", "0", "root", "0:0")) {
            assertThat(start(user, command, "").changesUserBy()).hasValue(program);
        }
        assertThat(start("1000", command, "").changesUserBy())
                .as("it is that user already")
                .isEmpty();
        assertThat(start("", command, "").by(List.of("/serve")).changesUserBy())
                .as("another command is taken")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/serve", "python3 -m su", "/opt/gosu/serve", "tini -- serve gosu", "sh -c gosu", "sumo"})
    void letsOthersStart(String command) {
        assertThat(start("", command, "").changesUserBy()).isEmpty();
    }

    @Test
    void letsAnImageWithoutACommandPass() {
        assertThat(new ImageStart("", List.of(), "").changesUserBy()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exec gosu "$USER" "$@"                          | gosu
            [ "$(id -u)" = 0 ] && exec /sbin/su-exec www $@ | /sbin/su-exec
            \tsetpriv --reuid=33 serve                      | setpriv
            """)
    void looksForThemInAScript(String line, String program) {
        String script = "#!/bin/sh\nset -e\n" + line.replace("\\t", "\t") + "\n";
        assertThat(start("", "/start.sh", script).mayChangeUserBy()).hasValue(program);
        assertThat(start("www", "/start.sh", script).mayChangeUserBy()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"# exec gosu www serve", "echo gosu-less", "exec /opt/my-gosu serve", "exec python3 app.py"})
    void takesNothingElseForThem(String line) {
        assertThat(start("", "/start.sh", "#!/bin/sh\n" + line + "\n").mayChangeUserBy())
                .isEmpty();
    }

    private static ImageStart start(String user, String command, String script) {
        return new ImageStart(user, List.of(command.split(" ")), script);
    }
}
