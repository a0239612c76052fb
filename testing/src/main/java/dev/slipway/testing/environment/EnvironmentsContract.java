package dev.slipway.testing.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Unavailable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What all {@link Environments} do: run against the fake and against each adapter. */
public abstract class EnvironmentsContract {

    private static final int CALLERS = 8;

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
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

    /** The environments to test; the same ones at each call. */
    protected abstract Environments environments();

    /** Others of the same kind that can build nothing now. */
    protected abstract Environments unavailable();

    /** One that can be had. */
    protected abstract EnvironmentSpec possible();

    /** One that can never be had because of {@link #missing}. */
    protected abstract EnvironmentSpec impossible();

    /** The wheels that {@link #possible} names. */
    protected Wheels wheels() {
        return Wheels.NONE;
    }

    /** What the refusal of {@link #impossible} names. */
    protected abstract String missing();

    @Test
    void buildsAnEnvironmentOnce() throws InterruptedException {
        Environment first = environments().prepare(possible(), wheels(), events);
        Environment second = environments().prepare(possible(), wheels(), events);

        assertThat(first.spec()).isEqualTo(possible());
        assertThat(first.interpreter()).isNotBlank();
        assertThat(second).isEqualTo(first);
        assertThat(environments().all()).containsExactly(first);
        assertThat(told).startsWith("begun").endsWith("reused").containsOnlyOnce("begun", "built", "reused");
    }

    @Test
    void buildsItOnceForManyCallersAtOnce() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<Environment>> all = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                all.add(threads.submit(() -> environments().prepare(possible(), wheels(), events)));
            }
            for (Future<Environment> each : all) {
                assertThat(each.get().spec()).isEqualTo(possible());
            }
        }
        assertThat(told).containsOnlyOnce("begun", "built");
        assertThat(Collections.frequency(told, "reused")).isEqualTo(CALLERS - 1);
    }

    @Test
    void buildsAnewWhatWasRemoved() throws InterruptedException {
        Environment first = environments().prepare(possible(), wheels(), BuildEvents.none());

        environments().remove(first.digest());
        environments().remove(first.digest());

        assertThat(environments().all()).isEmpty();
        assertThat(environments().prepare(possible(), wheels(), events)).isEqualTo(first);
        assertThat(told).startsWith("begun");
    }

    @Test
    void refusesByNameWhatItCanNeverBuild() {
        assertThatThrownBy(() -> environments().prepare(impossible(), wheels(), events))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'%s'", missing());
        assertThat(told).doesNotContain("built", "reused");
        assertThat(environments().all()).isEmpty();
    }

    @Test
    void isUnavailableWhileItCanBuildNothingAndKeepsNothing() {
        Environments broken = unavailable();

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> broken.prepare(possible(), wheels(), events))
                    .isInstanceOf(Unavailable.class);
        }
        assertThat(broken.all()).isEmpty();
        assertThat(told).doesNotContain("built", "reused");
    }
}
