package dev.slipway.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testing.instance.Await;
import dev.slipway.workflows.contract.retention.Retention;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleAlreadyRunningException;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleListDescription;
import io.temporal.client.schedules.ScheduleOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetentionScheduleTests {

    /** Fails with each of these in turn, then creates the Schedule. */
    private record Schedules(List<Throwable> failures, List<String> calls) implements ScheduleClient {

        @Override
        public ScheduleHandle createSchedule(String id, Schedule schedule, ScheduleOptions options) {
            calls.add(id);
            if (calls.size() > failures.size()) {
                throw new ScheduleAlreadyRunningException(new IllegalStateException("it is there"));
            }
            throw unchecked(failures.get(calls.size() - 1));
        }

        private static RuntimeException unchecked(Throwable failure) {
            if (failure instanceof Error error) {
                throw error;
            }
            return (RuntimeException) failure;
        }

        @Override
        public ScheduleHandle getHandle(String id) {
            throw new IllegalStateException("nothing to update");
        }

        @Override
        public Stream<ScheduleListDescription> listSchedules() {
            return Stream.empty();
        }

        @Override
        public Stream<ScheduleListDescription> listSchedules(@Nullable Integer pageSize) {
            return Stream.empty();
        }

        @Override
        public Stream<ScheduleListDescription> listSchedules(@Nullable String query, @Nullable Integer pageSize) {
            return Stream.empty();
        }
    }

    /** Whatever fails: without it nothing is ever removed. */
    @Test
    void triesAgainAfterAnyFailure() {
        List<Throwable> failures = List.of(
                new IllegalStateException("the channel is shut down"),
                new NoClassDefFoundError("gone"),
                new IllegalArgumentException("no such namespace"));
        Schedules schedules = new Schedules(failures, new CopyOnWriteArrayList<>());
        try (RetentionSchedule schedule = new RetentionSchedule(schedules, Duration.ofMillis(1)).start()) {
            assertThat(schedule).isNotNull();
            Await.until("a fourth try", () -> schedules.calls().size() >= 4, () -> new ArrayList<>(schedules.calls()));
        }
        assertThat(schedules.calls()).containsOnly(Retention.SCHEDULE);
    }
}
