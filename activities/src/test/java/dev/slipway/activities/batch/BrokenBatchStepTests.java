package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.service.ServiceState;
import dev.slipway.testing.fault.BrokenSteps;
import dev.slipway.testing.instance.Await;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A fault in each step of a job in turn, for ever: its service comes to a legal end, an event tells of it, and it can be deleted. */
class BrokenBatchStepTests {

    private static final Set<ServiceState> LEGAL_ENDS = EnumSet.of(ServiceState.FINISHED, ServiceState.FAILED);

    /** {@link PausedJobTests} breaks them. */
    private static final Set<String> OF_A_PAUSE = Set.of(
            "BatchTaskActivities.wish",
            "BatchTaskActivities.command",
            "BatchTaskActivities.paused",
            "BatchTaskActivities.resumed");

    /** With the one by which the service learns of the end of its job. */
    static Stream<String> steps() {
        return Stream.concat(BrokenSteps.BATCH.without(OF_A_PAUSE), Stream.of("ServiceActivities.batchEnded"));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void endsLegallyWhateverStepIsBroken(String broken, @TempDir Path folder) {
        try (BatchFixture fixture = new BatchFixture(folder, 1)) {
            fixture.put("in/a.json", "{\"text\": \"a\"}");
            BatchFixture.Job job = fixture.files(1);
            AtomicInteger met = new AtomicInteger();
            fixture.fault = call -> {
                if (call.equals(broken)) {
                    met.incrementAndGet();
                    throw new IllegalStateException("'%s' is broken".formatted(call));
                }
            };
            job.wakeService();
            Await.until(
                    "a legal end",
                    () -> LEGAL_ENDS.contains(job.state()) && job.service().isSettled(),
                    () -> "%s %s".formatted(job.state(), fixture.services.events(job.service.id())));
            assertThat(met).hasPositiveValue();
            assertThat(fixture.services.events(job.service.id()))
                    .anySatisfy(event ->
                            assertThat(event.info() + event.cause()).contains("'%s' is broken".formatted(broken)));

            fixture.tasks.find(job.task).ifPresent(task -> assertThat(task.endedAt())
                    .as("the end of a task whose service has ended")
                    .isNotNull());

            job.delete();
            Await.until("deleted", () -> job.state() == ServiceState.DELETED, job::state);
            Await.until("no instances", () -> fixture.cluster.sets().isEmpty(), () -> fixture.cluster.sets());
        }
    }
}
