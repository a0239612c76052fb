package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Unavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostEnvironmentsTests {

    private static final EnvironmentSpec CUSTOM = Engines.of(ModelType.CUSTOM).environment();

    private final HostEnvironments environments = new HostEnvironments("python3");
    private final List<String> told = new ArrayList<>();
    private final BuildEvents events = new BuildEvents() {
        @Override
        public void reused(Environment environment) {
            told.add("reused");
        }

        @Override
        public void begun(EnvironmentSpec spec) {
            told.add("begun");
        }

        @Override
        public void printed(String line) {
            told.add("printed");
        }

        @Override
        public void built(Environment environment) {
            told.add("built");
        }
    };

    @Test
    void findsTheInterpreterOnceForEachDescription() throws InterruptedException {
        Environment first = environments.prepare(CUSTOM, events);
        Environment second = environments.prepare(CUSTOM, events);

        assertThat(Files.isExecutable(Path.of(first.interpreter()))).isTrue();
        assertThat(second).isEqualTo(first);
        assertThat(environments.all()).containsExactly(first);
        assertThat(told).containsExactly("begun", "printed", "built", "reused");
    }

    @Test
    void whatWasRemovedIsMadeReadyAnew() throws InterruptedException {
        Environment first = environments.prepare(CUSTOM, BuildEvents.none());

        environments.remove(first.digest());
        environments.remove(first.digest());

        assertThat(environments.all()).isEmpty();
        assertThat(environments.prepare(CUSTOM, events)).isEqualTo(first);
        assertThat(told).startsWith("begun");
    }

    @Test
    void refusesByNameWhatItCanNotGive() {
        assertThatThrownBy(() -> environments.prepare(
                        new EnvironmentSpec("Custom", Engines.PYTHON, List.of("numpy==2.0")), events))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'numpy==2.0'");
        assertThatThrownBy(() -> environments.prepare(new EnvironmentSpec("Custom", "python==2.7", List.of()), events))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'python==2.7'");
        assertThat(told).isEmpty();
    }

    @Test
    void saysWhatHelpsWhereThereIsNoInterpreterAndTriesAgain() {
        HostEnvironments without = new HostEnvironments("/nowhere/python");

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> without.prepare(CUSTOM, events))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("install Python 3.9");
        }
        assertThat(without.all()).isEmpty();
    }
}
