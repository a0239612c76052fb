package dev.slipway.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code slipway}, in a checkout whose build and JDK are scripts that print what they are asked. */
class ScriptTests {

    private static final String BUILD = """
            #!/bin/sh
            home=$(dirname "$4")
            mkdir -p "$home/standalone/target/lib" "$home/cli/target/lib"
            touch "$home/standalone/target/lib/slipway-parts-1.jar" "$home/standalone/target/slipway-standalone-1.jar" \\
              "$home/cli/target/lib/picocli.jar" "$home/cli/target/slipway-cli-1.jar"
            """;

    /** As a JVM does: when it ends it writes what it was asked to keep, or fails. */
    private static final String JVM = """
            echo done
            for word in "$@"; do
              case $word in
                -XX:SharedArchiveFile=*) file=${word#*=} ;;
                -XX:+AutoCreateSharedArchive) creates=yes ;;
              esac
            done
            if [ -n "$creates" ] && ! touch "$file"; then echo 'Error occurred during initialization of VM'; exit 1; fi
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

    @ParameterizedTest
    @ValueSource(strings = {"--help", "up --help", "help up", "--version", "logs -h"})
    void printsTextsByAnOlderBuild(String command) throws Exception {
        Path checkout = temporary.resolve("checkout");
        String[] words = command.split(" ", -1);
        assertThat(run(checkout, words)).as("there is no build yet").contains("Building Slipway");
        Files.writeString(checkout.resolve("standalone/src/main/newer"), "");

        assertThat(run(checkout, words)).doesNotContain("Building Slipway");
        assertThat(run(checkout, "status")).contains("Building Slipway");
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

    @ParameterizedTest
    @ValueSource(strings = {"status", "doctor", "env", "--version", "lint", "logs"})
    void keepsNoClassesWhereItsUserMayNotWrite(String command) throws Exception {
        Path checkout = temporary.resolve("checkout");
        run(checkout, "up");
        java(JVM);
        Path app = checkout.resolve("standalone/target/app/current").toRealPath();
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            ProcessBuilder script = script(checkout, command);
            if (Files.isWritable(app)) { // root, whom no mode holds back
                script.command().addAll(0, List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            }
            assertThat(output(script)).isEqualTo("done\n");
        } finally {
            Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dist --help", "dist -h", "help dist"})
    void saysHowDistIsUsed(String command) throws Exception {
        Path checkout = temporary.resolve("checkout");
        Path dist = Files.createDirectories(checkout.resolve("deploy")).resolve("dist.sh");
        program(dist, Files.readString(Path.of("..", "deploy", "dist.sh")));

        assertThat(run(checkout, command.split(" ", -1))).contains("Usage: ./slipway dist [FILE.tar.gz]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "logs"})
    void keepsNoClassesOnAFullDisk(String command) throws Exception {
        Path checkout = temporary.resolve("checkout");
        run(checkout, "up");
        assertThat(run(checkout, command)).contains("AutoCreateSharedArchive");
        Path full = Files.createDirectories(temporary.resolve("full"));
        program(full.resolve("stat"), "#!/bin/sh\necho '100 * 4096'\n");
        ProcessBuilder script = script(checkout, command);
        script.environment().merge("PATH", full.toString(), (path, first) -> first + ":" + path);

        assertThat(output(script)).contains("dev.slipway.").doesNotContain("AutoCreateSharedArchive");
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "KILL, 137"})
    void startsOnTrialAgainAfterATrialThatWasCutOff(String signal, int status) throws Exception {
        Path checkout = temporary.resolve("checkout");
        Path started = temporary.resolve("started");
        pipe(started);
        pipe(temporary.resolve("never"));
        // Waits at the trial until it is ended; the first line of the pipe is its process id.
        java("case \"$*\" in *--check*) echo $$ >%s; exec cat %s;; esac; echo \"$@\""
                .formatted(started, temporary.resolve("never")));

        Process script = script(checkout, "up").redirectErrorStream(true).start();
        long trial = Long.parseLong(Files.readString(started).strip());
        ProcessHandle process = ProcessHandle.of(trial).orElseThrow();
        try {
            signal(signal, script.pid());

            assertThat(script.waitFor()).isEqualTo(status);
            if (!signal.equals("KILL")) {
                assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(30));
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("on trial")
                .doesNotContain("dev.slipway.standalone.Main up");
        Path app = checkout.resolve("standalone/target/app/current").toRealPath();
        assertThat(app.resolve("first-start.log")).doesNotExist();

        java("echo \"$@\"");
        assertThat(run(checkout, "up")).contains("on trial");
        assertThat(Files.readString(app.resolve("first-start.log"))).contains("up --check");
        assertThat(run(checkout, "up")).doesNotContain("on trial");
    }

    @Test
    void endsTheServersOfATrialThatWasCutOff() throws Exception {
        Path checkout = temporary.resolve("checkout");
        run(checkout, "status");
        Path left = Files.createDirectories(checkout.resolve("standalone/target/first-start/data"));
        Path asked = temporary.resolve("asked");
        java("echo \"$@\" >>" + asked);

        run(checkout, "up");

        assertThat(Files.readAllLines(asked).getFirst()).endsWith("Main down --data " + left);
        assertThat(left).doesNotExist();
    }

    @Test
    void startsAFailingBuildOnTrialOnce() throws Exception {
        Path checkout = temporary.resolve("checkout");
        java("case \"$*\" in *--check*) echo no space left; exit 1;; esac; echo \"$@\"");

        assertThat(run(checkout, "up")).contains("on trial").contains("Main up").doesNotContain("Done in");
        assertThat(run(checkout, "up")).contains("Main up").doesNotContain("on trial");
        Path app = checkout.resolve("standalone/target/app/current").toRealPath();
        assertThat(app.resolve("first-start.log")).hasContent("no space left");
    }

    @Test
    void doesWithoutATrialThatIsCutOffEachTime() throws Exception {
        Path checkout = temporary.resolve("checkout");
        // Ends the script, as a service manager ends one that takes too long: its shell is the parent of the parent.
        java("case \"$*\" in *--check*) kill -9 $(ps -o ppid= -p $PPID);; esac; echo \"$@\"");

        for (int cut = 0; cut < 3; cut++) {
            assertThat(script(checkout, "up").start().waitFor()).isEqualTo(137);
        }

        assertThat(run(checkout, "up")).contains("Main up").doesNotContain("on trial");
    }

    /** A JVM decodes names of files as the locale says, which cron, containers and service managers do not set. */
    @ParameterizedTest
    @CsvSource({"C, C.UTF-8", "POSIX, C.UTF-8", "'', C.UTF-8", "none.such, C.UTF-8", "C.UTF-8, C.UTF-8"})
    void runsInALocaleWithUtf8(String locale, String used) throws Exception {
        java("echo \"locale $LC_ALL\"");
        for (String command : List.of("status", "up", "logs")) {
            ProcessBuilder script = script(temporary.resolve("checkout"), command);
            List.of("LANG", "LC_ALL", "LC_CTYPE").forEach(script.environment()::remove);
            script.environment().put("LC_ALL", locale);
            Process process = script.redirectErrorStream(true).start();

            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("locale " + used);
        }
    }

    private void java(String body) throws IOException {
        program(temporary.resolve("jdk/bin/java"), "#!/bin/sh\n" + body + "\n");
    }

    private static void pipe(Path path) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private ProcessBuilder script(Path checkout, String... command) {
        ProcessBuilder script = new ProcessBuilder(checkout.resolve("slipway").toString());
        script.command().addAll(List.of(command));
        script.environment().put("JAVA_HOME", temporary.resolve("jdk").toString());
        script.environment().put("MVN", temporary.resolve("build").toString());
        return script;
    }

    private String run(Path checkout, String... command) throws Exception {
        return output(script(checkout, command));
    }

    private static String output(ProcessBuilder script) throws Exception {
        Process process = script.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
