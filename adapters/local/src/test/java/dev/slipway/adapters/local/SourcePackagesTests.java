package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.testing.environment.TinyWheels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packages of which the index has only sources. */
class SourcePackagesTests {

    @TempDir
    private Path folder;

    private TinyWheels index;
    private final List<String> printed = new ArrayList<>();

    @BeforeEach
    void fillIndex() throws InterruptedException {
        SandboxCheck check = SandboxCheck.run(LocalSettings.usual("python3"), home().resolve("runtime"));
        assumeTrue(check.isUsed(), String.valueOf(check.reason()));
        index = new TinyWheels(folder).with("tiny_base", "1.5").with("tiny_base", "2.0");
    }

    private Path home() {
        return folder.resolve("data");
    }

    private LocalSettings settings(Duration limit, PipSettings.Sources sources) {
        return LocalSettings.usual("python3")
                .withPip(new PipSettings(index.address(), List.of(), limit, Set.of()).withSources(sources));
    }

    private Environment prepare(String... dependencies) throws InterruptedException {
        return prepare(settings(Duration.ofMinutes(2), new PipSettings.Sources(true, 1024)), dependencies);
    }

    private Environment prepare(LocalSettings settings, String... dependencies) throws InterruptedException {
        EnvironmentSpec spec = new EnvironmentSpec(
                "Custom", Engines.PYTHON, List.of(), List.of(), List.of(dependencies), List.of(), Map.of());
        return new LocalEnvironments(settings, home()).prepare(spec, Wheels.NONE, new BuildEvents() {
            @Override
            public void reused(Environment environment) {}

            @Override
            public void begun(EnvironmentSpec begun) {}

            @Override
            public void printed(String line) {
                printed.add(line);
                if (line.equals("cancel me")) {
                    throw new CancellationException("by its caller");
                }
            }

            @Override
            public void built(Environment environment) {}
        });
    }

    private static String run(Environment environment, String code) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(environment.interpreter(), "-I", "-c", code)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    @Test
    void isBuiltWithWhatItRequiresAndInstalledAsAWheel() throws IOException, InterruptedException {
        index.withSource("tiny_source", "1.0", "import tiny_base\nreturn tiny_base.VERSION", "tiny-base<2")
                .withSource("tiny_other", "3.1", "print('said while building')\nreturn None");

        Environment built = prepare("tiny-source", "tiny-other==3.1", "tiny-base");

        assertThat(run(built, "import tiny_source; print(tiny_source.VERSION, tiny_source.SAID)"))
                .isEqualTo("1.0 1.5");
        assertThat(built.packages()).containsExactly("tiny_base==2.0", "tiny_other==3.1", "tiny_source==1.0");
        assertThat(printed)
                .contains("building a wheel from 'tiny_source-1.0.zip'", "said while building")
                .anyMatch(line -> line.startsWith("Successfully installed"));
        assertThat(home().resolve("environments")).isDirectoryNotContaining("glob:**/.build-*");
    }

    @Test
    void isTakenOnlyWhereNoWheelWillDo() throws InterruptedException {
        index.withSource("tiny_base", "3.0", "return None");

        assertThat(prepare("tiny-base").packages()).containsExactly("tiny_base==2.0");
        assertThat(prepare("tiny-base>=2.5").packages()).containsExactly("tiny_base==3.0");
    }

    @Test
    void isRefusedByTheNameOfTheSettingUnlessThatAllowsIt() {
        index.withSource("tiny_source", "1.0", "return None").withSource("tiny_base", "3.0", "return None");
        LocalSettings refused = settings(Duration.ofMinutes(1), PipSettings.Sources.REFUSED);

        assertThatThrownBy(() -> prepare(refused, "tiny-source"))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("package 'tiny-source' has no wheel for Python 3")
                .hasMessageContaining("'tiny_source-1.0.zip'")
                .hasMessageContaining("'build.source-packages' in slipway.yml is false");
        assertThatThrownBy(() -> prepare(refused, "tiny-base==3.0"))
                .hasMessageContaining("these versions have one: 1.5, 2.0")
                .hasMessageContaining("ATLEAST in place of EXACT")
                .hasMessageContaining("'tiny_base-3.0.zip'");
        assertThatThrownBy(() -> prepare(refused, "tiny-base==7.0"))
                .hasMessageContaining("1.5, 2.0")
                .hasMessageNotContaining("build.source-packages");
    }

    @Test
    void reachesNothingOfThisMachineWhileItIsBuilt() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "of the user");
        Path data = Files.writeString(Files.createDirectories(home()).resolve("slipway.yml"), "of the installation");
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            index.withSource("tiny_spy", "1.0", """
                    import os, socket
                    def attempt(what):
                        try:
                            return what()
                        except OSError:
                            return None
                    return [attempt(each) for each in (
                        lambda: os.path.exists("/usr/bin") and "sees the system",
                        lambda: open("%s").read(),
                        lambda: open("%s").read(),
                        lambda: open("/etc/shadow").read(),
                        lambda: socket.create_connection(("127.0.0.1", %d), timeout=2) and "connected",
                        lambda: open(os.path.join(os.path.dirname(os.__file__), "spy.py"), "w") and "written",
                        lambda: open("%s", "w") and "written",
                        lambda: os.kill(%d, 0) or "may signal it")]
                    """.formatted(
                            secret,
                            data,
                            listener.getLocalPort(),
                            home().resolve("runtime/spy"),
                            ProcessHandle.current().pid()));

            Environment built = prepare("tiny-spy");

            assertThat(run(built, "import tiny_spy; print(tiny_spy.SAID)"))
                    .isEqualTo("['sees the system', None, None, None, None, None, None, None]");
        }
    }

    @Test
    void saysWhyItCannotBeBuilt() {
        index.withSource("tiny_broken", "1.0", "raise ValueError('no compiler')")
                .withSource("tiny_greedy", "1.0", "return len(bytearray(3 << 30))")
                .withSource("tiny_needy", "1.0", "return None", "tiny-base==9");

        assertThatThrownBy(() -> prepare("tiny-broken"))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'tiny_broken-1.0.zip' can't be built")
                .hasMessageContaining("ValueError: no compiler");
        assertThatThrownBy(() -> prepare("tiny-greedy")).hasMessageContaining("MemoryError");
        assertThatThrownBy(() -> prepare("tiny-needy"))
                .hasMessageContaining("what 'tiny_needy-1.0.zip' requires to be built")
                .hasMessageContaining("'tiny-base==9' has no wheel");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            open(directory + "/requires.json", "w").write('["x @ file:///etc/passwd"]') | requires 'x @ file:///etc/passwd' to be built
            open(directory + "/requires.json", "w").write('["--index-url=http://x"]')   | requires '--index-url=http://x' to be built
            open(directory + "/requires.json", "w").write('["../../secret.whl"]')       | requires '../../secret.whl' to be built
            open(directory + "/requires.json", "w").write('[[[')                        | does not say what it requires
            open(directory + "/numpy-9.0-py3-none-any.whl", "w")                        | expected a wheel of it, found
            os.symlink("/etc/passwd", directory + "/tiny_liar-2.0-py3-none-any.whl"); os._exit(0) | expected a wheel of it, found []
            open(directory + "/tiny_liar-1.0-py3-none-any.whl", "w"); os._exit(0)       | can't be read
            os.rmdir(directory); os.symlink("/etc", directory); os._exit(0)             | can't be built
            """)
    void isNotTrustedWithWhatItLeaves(String code, String reason) {
        index.withSource("tiny_liar", "1.0", code + "\nreturn None");

        assertThatThrownBy(() -> prepare("tiny-liar"))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining(reason);
        assertThat(home().resolve("environments")).isDirectoryNotContaining("glob:**/.build-*");
    }

    @Test
    void endsWithItsLimitAndWithItsCaller() throws IOException {
        index.withSource("tiny_slow", "1.0", "import time\ntime.sleep(600)")
                .withSource("tiny_cancelled", "1.0", "import time\nprint('cancel me', flush=True)\ntime.sleep(600)");

        assertThatThrownBy(() ->
                        prepare(settings(Duration.ofSeconds(5), new PipSettings.Sources(true, 1024)), "tiny-slow"))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'tiny_slow-1.0.zip' did not end within 5 seconds ('build.limit'");
        assertThatThrownBy(() -> prepare("tiny-cancelled")).isInstanceOf(CancellationException.class);

        assertThat(ProcessHandle.allProcesses()
                        .filter(each -> each.info().commandLine().orElse("").contains(home().toString())))
                .isEmpty();
        assertThat(home().resolve("environments")).isDirectoryNotContaining("glob:**/.build-*");
    }
}
