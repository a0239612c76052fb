package dev.slipway.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.formats.release.Release;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.FolderLock;
import dev.slipway.parts.folder.PortName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
        assertThat(text(out)).doesNotContain("Slipway stop");
        assertThat(data.resolve("postgres")).doesNotExist();
        assertThat(DataFolder.open(data).holders()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .as("nothing that the command began is at work")
                .extracting(Thread::getName)
                .doesNotContain("sandbox-check");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "run",
                "demo",
                "down",
                "env",
                "status",
                "doctor",
                "gateway",
                "gateway list",
                "gateway forget",
                "logs",
                "batch",
                "lint"
            })
    void printsTheUsageOfEachCommandAndStartsNothing(String command) {
        Path data = temporary.resolve("data");
        String[] words = command.split(" ", -1);
        for (String help : new String[] {"--help", "-h"}) {
            out.reset();
            assertThat(run(with(words, help))).as(text(err)).isZero();
            assertThat(text(out)).startsWith("Usage: ./slipway " + command).contains("--help", "--version");
        }
        assertThat(run(with(words, "--data", data.toString(), "--help"))).isZero();
        assertThat(text(err)).isEmpty();
        assertThat(text(out).contains("--config=FILE"))
                .isEqualTo(!List.of("demo", "logs", "batch", "lint").contains(command));
        assertThat(data).doesNotExist();
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h", ""})
    void listsTheCommands(String word) {
        assertThat(word.isEmpty() ? run() : run(word)).isZero();
        assertThat(text(out))
                .contains("Usage: ./slipway", "COMMAND", "up ", "run ", "env ", "logs ", "gateway ", "doctor ")
                .contains("--data DIR (default ./data)")
                .contains("logged in by variables: eval \"$(./slipway env --data DIR)\" first.");
        assertThat(text(err)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "status --version"})
    void tellsItsVersion(String words) {
        assertThat(run(words.split(" ", -1))).isZero();
        assertThat(text(out)).startsWith("Slipway " + Release.version()).contains("Java " + Runtime.version());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            status --dta x      | slipway status: '--dta' is no option here, did you mean '--data'
            status --dta=x      | slipway status: '--dta' is no option here, did you mean '--data'
            status --data       | slipway status: '--data' needs a value
            status --data --config x | slipway status: '--data' needs a value
            status --data a --data b | slipway status: '--data' stands there twice
            status here         | slipway status: 'here' is one word too many
            up api              | slipway up: 'up' takes no 'api'; did you mean: ./slipway run api
            run                 | slipway run: expected: ./slipway run
            run apis            | slipway run: 'apis' cannot be run, expected one or more of parts,api,worker,gateway, joined by commas
            gateway             | slipway gateway: expected: ./slipway gateway list, or ./slipway gateway forget ID [--force]
            gateway lst         | slipway gateway: 'lst' is no command, did you mean 'list'
            gateway forget      | slipway gateway forget: expected: ./slipway gateway forget
            stauts              | slipway: 'stauts' is no command, did you mean 'status'
            stauts --help       | slipway: 'stauts' is no command, did you mean 'status'
            help stauts         | slipway: 'stauts' is no command, did you mean 'status'
            demo --config x     | slipway demo: '--config' is no option here
            """)
    void saysWhatIsWrongWithACall(String words, String message) {
        assertThat(run(words.strip().split(" ", -1))).isEqualTo(2);
        assertThat(text(err)).startsWith(message);
        assertThat(text(out)).isEmpty();
    }

    @Test
    void tellsNothingOfTheInstallationThatACopyWasMadeOf() throws IOException {
        DataFolder folder = DataFolder.open(temporary.resolve("copy"));
        HttpServer original = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        original.createContext("/v3/auth/tokens", MainTests::giveToken);
        original.start();
        try {
            folder.ports().keep(PortName.API, original.getAddress().getPort());

            assertThat(run("env", "--data", folder.root().toString())).isEqualTo(1);
            assertThat(text(out)).isEmpty();
            assertThat(text(err)).contains("no process of this folder serves the API", "./slipway up --data");
            assertThat(run("status", "--data", folder.root().toString())).isEqualTo(3);
            assertThat(text(out)).contains("no process of this folder serves the API");

            out.reset();
            try (FolderLock serves = folder.lock("api")) {
                assertThat(serves).isNotNull();
                assertThat(run("env", "--data", folder.root().toString()))
                        .as(text(err))
                        .isZero();
            }
            assertThat(text(out)).contains("export OS_PROJECT_ID='p'");
        } finally {
            original.stop(0);
        }
    }

    private static void giveToken(HttpExchange exchange) throws IOException {
        byte[] token = """
                {"token":{"methods":[],"expires_at":"","issued_at":"","user":{"id":"u","name":"admin","domain":
                 {"id":"d","name":"slipway"},"password_expires_at":""},"project":{"id":"p","name":"local","domain":
                 {"id":"d","name":"slipway"}},"roles":[]}}
                """.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("X-Subject-Token", "t");
        exchange.sendResponseHeaders(201, token.length);
        exchange.getResponseBody().write(token);
        exchange.close();
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
                .contains("needs a value, found an empty one")
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
