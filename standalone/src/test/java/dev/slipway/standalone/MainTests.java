package dev.slipway.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.PortName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTests {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({"API, up", "GATEWAY, up", "GATEWAY, run gateway", "API, 'run api,worker'"})
    void namesTheOtherProcessOnAPortBeforeAnythingIsStarted(PortName name, String command) throws IOException {
        Path data = temporary.resolve("data");
        int port = DataFolder.open(data).ports().get(name);
        try (ServerSocket stranger = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(stranger.isBound()).isTrue();
            assertThat(run((command + " --data " + data).split(" ", -1))).isEqualTo(1);
        }
        assertThat(text(err))
                .contains("'%s': its port %d is held by process".formatted(name.key(), port))
                .contains(Long.toString(ProcessHandle.current().pid()))
                .contains(name.setting());
        assertThat(text(out)).contains("Slipway stopped");
        assertThat(data.resolve("postgres")).doesNotExist();
        assertThat(DataFolder.open(data).holders()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .as("nothing that the command began is at work")
                .extracting(Thread::getName)
                .doesNotContain("sandbox-check");
    }

    @Test
    void namesTheCommandThatWasMeant() {
        assertThat(run("stauts")).isEqualTo(2);
        assertThat(text(err)).contains("'stauts' is no command, did you mean 'status'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "run", "demo", "down", "env", "status", "doctor", "gateway", "logs", "batch", "lint"})
    void printsTheUsageOfEachCommandAndStartsNothing(String command) {
        Path data = temporary.resolve("data");
        for (String help : new String[] {"--help", "-h"}) {
            out.reset();
            assertThat(run(command, "--data", data.toString(), help)).isZero();
            assertThat(text(out).lines().filter(line -> line.contains("   ")))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains("./slipway " + command));
        }
        assertThat(text(err)).isEmpty();
        assertThat(text(out).contains("--config FILE"))
                .isEqualTo(!List.of("demo", "logs", "batch", "lint").contains(command));
        assertThat(data).doesNotExist();
    }

    @Test
    void saysWhichCommandsTakeADataFolder() {
        assertThat(run("help")).isZero();
        assertThat(text(out))
                .contains("Options of all but logs, batch, lint and demo: --data DIR")
                .contains(
                        "logs and batch ask the API, logged in by variables: eval \"$(./slipway env --data DIR)\" first.");
    }

    @Test
    void saysWhyAFolderCannotBeUsed() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThat(run("up", "--data", file.toString())).isEqualTo(1);
        assertThat(run("up", "--data", file.resolve("below").toString())).isEqualTo(1);
        assertThat(run("env", "--data", "")).isEqualTo(2);

        assertThat(text(err))
                .contains("data folder '%s' cannot be made: '%s' is a file".formatted(file, file))
                .contains("data folder '%s' cannot be made".formatted(file.resolve("below")))
                .contains("choose another by --data")
                .contains("'--data' needs a value")
                .doesNotContain("Exception");
    }

    @Test
    void saysThatTheSettingsFileIsNotThere() {
        Path nowhere = temporary.resolve("nowhere.yml");

        assertThat(run("up", "--data", temporary.resolve("data").toString(), "--config", nowhere.toString()))
                .isEqualTo(1);

        assertThat(text(err))
                .contains("settings file '%s' does not exist".formatted(nowhere))
                .doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "slotz: 8",
                "api: [",
                "accounts: []",
                "database: {url: nonsense}",
                "api: {port: http}",
                "- a",
                "api: {host: \u0001}"
            })
    void looksAtAFolderAndEndsItWhateverItsSettingsSay(String wrong) throws IOException {
        Path data = temporary.resolve("data");
        DataFolder folder = DataFolder.open(data);
        int port = folder.ports().get(PortName.API);
        Files.writeString(folder.settings(), wrong);
        String kept = Files.readString(data.resolve("ports"));

        assertThat(run("up", "--data", data.toString())).isEqualTo(1);
        assertThat(text(err)).startsWith("slipway up: " + folder.settings());
        assertThat(run("status", "--data", data.toString())).isEqualTo(3);
        assertThat(text(out))
                .contains("Parts", "postgres", folder.settings().toString(), "the next start refuses that");
        assertThat(run("doctor", "--data", data.toString())).isEqualTo(1);
        assertThat(text(out)).contains("MISSING  settings     " + folder.settings(), "port " + port);
        err.reset();
        assertThat(run("env", "--data", data.toString())).isEqualTo(1);
        assertThat(text(err)).contains("slipway env: " + folder.settings(), "nothing serves", "127.0.0.1:" + port);
        assertThat(run("down", "--data", data.toString())).isZero();
        assertThat(text(out)).contains("nothing of '" + folder.root() + "' runs any more");
        assertThat(Files.readString(data.resolve("ports"))).isEqualTo(kept);
    }

    private int run(String... words) {
        return Main.run(List.of(words), print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
