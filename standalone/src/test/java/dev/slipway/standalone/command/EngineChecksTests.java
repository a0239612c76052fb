package dev.slipway.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.PipSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineChecksTests {

    @Test
    void namesInterpreterAndPackagesOfEachEngineAndWhatIsInstalledBeside(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path bare = environment(folder.resolve("bare"));
        Path full = environment(folder.resolve("full"));
        installed(full, "scikit-learn", "1.5.2");
        installed(full, "joblib", "1.4.2");
        for (Path each : List.of(bare, full)) {
            installed(each, "pip", "23.0.1");
        }

        LocalSettings settings = LocalSettings.usual("python3")
                .withPythons(Map.of("Custom", bare.toString(), "Scikit_Learn", bare.toString()))
                .withPip(new PipSettings(
                        PipSettings.NO_INDEX, List.of(), Duration.ofMinutes(1), Set.of("Scikit_Learn")));
        assertThat(EngineChecks.of(settings).subList(0, 2))
                .satisfiesExactly(
                        custom -> {
                            assertThat(custom.mark()).isEqualTo(EngineChecks.Mark.GOOD);
                            assertThat(custom.text()).contains(" at " + bare).contains("no packages");
                        },
                        scikitLearn -> {
                            assertThat(scikitLearn.mark()).isEqualTo(EngineChecks.Mark.GOOD);
                            assertThat(scikitLearn.text())
                                    .contains("an import installs beside it, once: scikit-learn, joblib");
                        });
        LocalSettings two = settings.withPythons(Map.of("Custom", "/nowhere/python3", "Scikit_Learn", full.toString()));
        assertThat(EngineChecks.of(two).subList(0, 2))
                .satisfiesExactly(
                        custom -> {
                            assertThat(custom.mark()).isEqualTo(EngineChecks.Mark.BAD);
                            assertThat(custom.text())
                                    .contains("'/nowhere/python3' can't be run")
                                    .contains("engines.Custom.python");
                        },
                        scikitLearn -> {
                            assertThat(scikitLearn.mark()).isEqualTo(EngineChecks.Mark.GOOD);
                            assertThat(scikitLearn.text())
                                    .contains("joblib 1.4.2, scikit-learn 1.5.2")
                                    .doesNotContain("scikit-learn,");
                        });
    }

    @Test
    void tellsWhereNoPipInstallsWhatModelsAskFor(@TempDir Path folder) throws IOException, InterruptedException {
        Path none = environment(folder.resolve("none"));
        Path old = environment(folder.resolve("old"));
        installed(old, "pip", "22.2.1");

        assertThat(EngineChecks.of(LocalSettings.usual("python3")
                                .withPythons(Map.of("Custom", none.toString(), "Scikit_Learn", old.toString())))
                        .subList(0, 2))
                .allSatisfy(each -> {
                    assertThat(each.mark()).isEqualTo(EngineChecks.Mark.NOTE);
                    assertThat(each.text()).contains("install pip 22.3 or newer");
                })
                .extracting(EngineChecks.Line::text)
                .satisfiesExactly(
                        custom -> assertThat(custom).contains("has no pip"),
                        scikitLearn -> assertThat(scikitLearn).contains("has pip 22.2.1"));
    }

    /** A virtual environment without pip. */
    private static Path environment(Path folder) throws IOException, InterruptedException {
        Process made = new ProcessBuilder("python3", "-m", "venv", "--without-pip", folder.toString())
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        return folder.resolve("bin/python3");
    }

    /** The mark that an installation leaves. */
    private static void installed(Path python, String name, String version) throws IOException, InterruptedException {
        Process asked = new ProcessBuilder(
                        python.toString(), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])")
                .start();
        Path packages = Path.of(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        Path metadata =
                Files.createDirectories(packages.resolve("%s-%s.dist-info".formatted(name.replace('-', '_'), version)));
        Files.writeString(
                metadata.resolve("METADATA"),
                "Metadata-Version: 2.1\nName: %s\nVersion: %s\n".formatted(name, version));
        assertThat(asked.waitFor()).isZero();
    }
}
