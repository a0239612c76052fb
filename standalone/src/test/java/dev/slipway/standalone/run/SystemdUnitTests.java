package dev.slipway.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/slipway.service}. */
class SystemdUnitTests {

    private static final Path UNIT = Path.of("..", "deploy", "slipway.service");

    @TempDir
    private Path temporary;

    @Test
    void isAcceptedBySystemd() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "systemd is not on this machine");
        // It looks for the program, so the unit is checked as if this checkout were installed.
        String checkout = Path.of("..").toRealPath().toString();
        String unit = Files.readString(UNIT).replace("/opt/slipway", checkout);

        assertThat(verified(unit)).isEmpty();
        assertThat(verified(unit.replace("KillMode=process", "KillMode=nobody")))
                .contains("kill mode");
    }

    /** Else systemd would end instances and embedded servers beside the command that drains them. */
    @Test
    void signalsTheCommandAlone() throws IOException {
        assertThat(Files.readAllLines(UNIT)).contains("KillMode=process", "Restart=on-failure");
    }

    private String verified(String unit) throws Exception {
        Path file = Files.writeString(temporary.resolve("slipway.service"), unit);
        Process process = new ProcessBuilder("systemd-analyze", "verify", file.toString())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
