package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command promises beside serving. */
class CommandIT {

    @Test
    void checksThatAllOfItStartsAndLeavesNothingRunning() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            String folder = slipway.data().toString();

            RunningSlipway.Output check = slipway.command("up", "--check", "--data", folder);

            assertThat(check.text()).contains("Slipway serves (parts,api,worker,gateway)", "Slipway stopped after");
            assertThat(check.status()).isZero();
            RunningSlipway.Output env = slipway.command("env", "--data", folder);
            assertThat(env.status()).as(env.text()).isEqualTo(1);
            assertThat(slipway.command("down", "--data", folder).text()).doesNotContain("stopping process");
        }
    }

    @Test
    void startsNothingWhereSomethingIsMissing(@TempDir Path programs) throws Exception {
        Path python = Files.writeString(programs.resolve("python3"), "#!/bin/sh\necho Python 2.7.18\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (RunningSlipway slipway = RunningSlipway.onNewFolder().withPrograms(programs)) {
            String folder = slipway.data().toString();

            RunningSlipway.Output up = slipway.command("up", "--data", folder);

            assertThat(up.text())
                    .contains("nothing was started", "Python: found 'Python 2.7.18', expected 3.9 or later");
            assertThat(up.status()).isEqualTo(1);
            assertThat(slipway.data().resolve("postgres")).doesNotExist();
            RunningSlipway.Output doctor = slipway.command("doctor", "--data", folder);
            assertThat(doctor.text()).contains("MISSING  Python       found 'Python 2.7.18'");
        }
    }

    @Test
    void printsOnlyWhatRuns() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            RunningSlipway.Output parts = slipway.command(
                    "run", "parts", "--check", "--data", slipway.data().toString());

            assertThat(parts.text())
                    .contains("Slipway serves (parts)", "Objects ", "Database ", "Temporal ")
                    .doesNotContain("API ", "Predictions ", "Models ", "Use it");
            assertThat(parts.status()).isZero();
        }
    }

    @Test
    void looksAtARunningFolderAndEndsItWhileItsSettingsHaveAFault() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            slipway.up();
            String folder = slipway.data().toString();
            Files.writeString(slipway.data().resolve("slipway.yml"), "slotz: 8\n");

            RunningSlipway.Output env = slipway.command("env", "--data", folder);
            assertThat(env.text()).contains("line 1: 'slotz' is no setting", "export SLIPWAY_ENDPOINT=");
            assertThat(env.status()).isZero();
            RunningSlipway.Output status = slipway.command("status", "--data", folder);
            assertThat(status.text()).contains("line 1: 'slotz' is no setting", "project 'local'");
            assertThat(status.status()).isZero();
            assertThat(slipway.command("gateway", "list", "--data", folder).text())
                    .contains("last seen");
            RunningSlipway.Output down = slipway.command("down", "--data", folder);
            assertThat(down.text()).contains("stopping process", "runs any more");
            assertThat(down.status()).isZero();
        }
    }
}
