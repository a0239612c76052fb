package dev.slipway.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/dist.sh} with a JDK whose jlink makes an empty folder. */
class DistTests {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path temporary;

    @Test
    void aReleaseHasAllThatItsPagesTellToRun() throws Exception {
        Path jdk = temporary.resolve("jdk");
        Path jlink =
                Files.writeString(Files.createDirectories(jdk.resolve("bin")).resolve("jlink"), """
                #!/bin/sh
                for word in "$@"; do last=$word; done
                mkdir -p "$last"
                """);
        Files.setPosixFilePermissions(jlink, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path app = temporary.resolve("app");
        Files.createDirectories(app.resolve("cli"));
        Files.writeString(app.resolve("slipway-standalone-1.jar"), "");
        Files.writeString(app.resolve("cli/slipway-cli-1.jar"), "");
        Path archive = temporary.resolve("release.tar.gz");

        output(HOME.resolve("deploy/dist.sh"), HOME, jdk, app, archive);

        List<String> files = output(Path.of("tar"), Path.of("-tzf"), archive)
                .lines()
                .map(name -> name.substring(name.indexOf('/') + 1))
                .toList();
        String page = Files.readString(HOME.resolve("docs/operations.md"));
        List<String> told = Pattern.compile("deploy/[a-z/-]+\\.(sh|service)")
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        assertThat(told).contains("deploy/slipway.service");
        assertThat(files).containsAll(told).contains("slipway", "docker-compose.yml", "docs/operations.md");
    }

    private static String output(Path program, Path... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program.toString()).redirectErrorStream(true);
        for (Path word : words) {
            builder.command().add(word.toString());
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
