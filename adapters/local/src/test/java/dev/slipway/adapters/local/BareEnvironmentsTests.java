package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.testing.environment.EnvironmentsContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of engines whose interpreter has what they need. */
class BareEnvironmentsTests extends EnvironmentsContract {

    @TempDir
    private Path home;

    private LocalEnvironments environments;

    @BeforeEach
    void open() {
        environments = new LocalEnvironments(LocalSettings.usual("python3"), home);
    }

    @Override
    protected Environments environments() {
        return environments;
    }

    @Override
    protected Environments unavailable() {
        return new LocalEnvironments(LocalSettings.usual("/nowhere/python"), home);
    }

    @Override
    protected EnvironmentSpec possible() {
        return Engines.of(ModelType.CUSTOM).environment();
    }

    @Override
    protected EnvironmentSpec impossible() {
        return new EnvironmentSpec("Custom", missing(), List.of());
    }

    @Override
    protected String missing() {
        return "python==2.7";
    }

    @Test
    void findsAProgramThatCanBeStarted() throws InterruptedException {
        String interpreter = environments
                .prepare(possible(), Wheels.NONE, BuildEvents.none())
                .interpreter();

        assertThat(Files.isExecutable(Path.of(interpreter))).isTrue();
    }

    @Test
    void takesTheInterpreterThatTheSettingsNameForTheEngine(@TempDir Path folder)
            throws IOException, InterruptedException {
        String usual = environments
                .prepare(possible(), Wheels.NONE, BuildEvents.none())
                .interpreter();
        Path other = Files.createSymbolicLink(folder.resolve("python3"), Path.of(usual));
        LocalEnvironments two = new LocalEnvironments(
                LocalSettings.usual("python3").withPythons(Map.of("Scikit_Learn", other.toString())), home);

        Environment found = two.prepare(
                new EnvironmentSpec("Scikit_Learn", Engines.PYTHON, List.of()), Wheels.NONE, BuildEvents.none());
        assertThat(found.interpreter()).isEqualTo(other.toString());
        assertThat(found.version()).matches("3[.][0-9]+[.].*");
        assertThat(two.prepare(possible(), Wheels.NONE, BuildEvents.none()).interpreter())
                .isEqualTo(usual);
    }

    @Test
    void refusesAnotherInterpreter() {
        assertThatThrownBy(() -> environments.prepare(
                        new EnvironmentSpec("Custom", "python==2.7", List.of()), Wheels.NONE, BuildEvents.none()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'python==2.7'");
    }

    @Test
    void saysWhatHelpsWhereThereIsNoInterpreter() {
        assertThatThrownBy(() -> unavailable().prepare(possible(), Wheels.NONE, BuildEvents.none()))
                .hasMessageContaining("install Python 3.9")
                .hasMessageContaining("engines.<name>.python");
    }
}
