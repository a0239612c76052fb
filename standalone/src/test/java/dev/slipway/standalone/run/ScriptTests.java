package dev.slipway.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code slipway}, in a checkout whose build and JDK are scripts that print what they are asked. */
class ScriptTests {

    private static final String BUILD = """
            #!/bin/sh
            home=$(dirname "$4")
            mkdir -p "$home/standalone/target/lib" "$home/cli/target/lib"
            touch "$home/standalone/target/lib/slipway-parts-1.jar" "$home/standalone/target/slipway-standalone-1.jar" \\
              "$home/cli/target/lib/picocli.jar" "$home/cli/target/slipway-cli-1.jar"
            """;

    @TempDir
    private Path temporary;

    @BeforeEach
    void makeTools() throws IOException {
        Path checkout = Files.createDirectories(temporary.resolve("checkout"));
        Files.createDirectories(checkout.resolve("standalone/src/main"));
        Files.createDirectories(checkout.resolve("adapters/local/src/main"));
        for (String pom : List.of("pom.xml", "standalone/pom.xml", "adapters/local/pom.xml")) {
            Files.writeString(checkout.resolve(pom), "");
        }
        Files.copy(Path.of("..", "java.options"), checkout.resolve("java.options"));
        program(checkout.resolve("slipway"), Files.readString(Path.of("..", "slipway")));
        program(temporary.resolve("build"), BUILD);
        Path jdk = temporary.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        program(jdk.resolve("bin/java"), "#!/bin/sh\necho \"$@\"\n");
    }

    @Test
    void runsTheJarsOfACopiedCheckoutFromThere() throws Exception {
        Path checkout = temporary.resolve("checkout");
        assertThat(run(checkout, "status")).contains("-cp " + checkout + "/standalone/target/app/");

        Path copy = temporary.resolve("copy");
        assertThat(new ProcessBuilder("cp", "-a", checkout.toString(), copy.toString())
                        .start()
                        .waitFor())
                .isZero();

        for (String command : List.of("status", "logs", "--version")) {
            assertThat(run(copy, command))
                    .contains("-cp " + copy + "/standalone/target/app/")
                    .doesNotContain(checkout + "/");
        }
    }

    @Test
    void makesItsCachesAnewInACopiedCheckout() throws Exception {
        Path checkout = temporary.resolve("checkout");
        run(checkout, "up");
        Path first = checkout.resolve("standalone/target/app/current").toRealPath();
        assertThat(first.resolve("first-start.log")).exists();
        Path copy = temporary.resolve("copy");
        assertThat(new ProcessBuilder("cp", "-a", checkout.toString(), copy.toString())
                        .start()
                        .waitFor())
                .isZero();
        Path copied = copy.resolve("standalone/target/app").resolve(first.getFileName());
        Files.writeString(copied.resolve("command.jsa"), "of the other place");

        run(copy, "up");

        assertThat(copied.resolve("command.jsa")).doesNotExist();
        assertThat(Files.readString(copied.resolve("first-start.log"))).contains(copied.toString());
    }

    private String run(Path checkout, String command) throws Exception {
        ProcessBuilder script =
                new ProcessBuilder(checkout.resolve("slipway").toString(), command).redirectErrorStream(true);
        script.environment().put("JAVA_HOME", temporary.resolve("jdk").toString());
        script.environment().put("MVN", temporary.resolve("build").toString());
        Process process = script.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
