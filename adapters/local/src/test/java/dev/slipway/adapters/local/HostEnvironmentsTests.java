package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.testing.environment.EnvironmentsContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostEnvironmentsTests extends EnvironmentsContract {

    private final HostEnvironments environments = new HostEnvironments("python3");

    @Override
    protected Environments environments() {
        return environments;
    }

    @Override
    protected Environments unavailable() {
        return new HostEnvironments("/nowhere/python");
    }

    @Override
    protected EnvironmentSpec possible() {
        return Engines.of(ModelType.CUSTOM).environment();
    }

    @Override
    protected EnvironmentSpec impossible() {
        return new EnvironmentSpec("Custom", Engines.PYTHON, List.of("numpy==2.0"));
    }

    @Override
    protected String missing() {
        return "numpy==2.0";
    }

    @Test
    void findsAProgramThatCanBeStarted() throws InterruptedException {
        String interpreter =
                environments.prepare(possible(), BuildEvents.none()).interpreter();

        assertThat(Files.isExecutable(Path.of(interpreter))).isTrue();
    }

    @Test
    void refusesAnotherInterpreter() {
        assertThatThrownBy(() -> environments.prepare(
                        new EnvironmentSpec("Custom", "python==2.7", List.of()), BuildEvents.none()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'python==2.7'");
    }

    @Test
    void saysWhatHelpsWhereThereIsNoInterpreter() {
        assertThatThrownBy(() -> unavailable().prepare(possible(), BuildEvents.none()))
                .hasMessageContaining("install Python 3.9");
    }
}
