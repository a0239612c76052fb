package dev.slipway.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.batch.Tasks;
import dev.slipway.testing.event.InMemoryEventStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineWatcherTests {

    private static final TaskId TASK = new TaskId("task-1");
    private static final ServiceId SERVICE = new ServiceId("0e0e0e0e-0000-4000-8000-000000000001");

    // The store in memory counts what is in progress by the real clock.
    private final Instant now = Instant.now();
    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final InMemoryEventStore events = new InMemoryEventStore();
    private boolean leads = true;
    private final DeadlineWatcher watcher =
            new DeadlineWatcher(tasks, events, () -> leads, Clock.fixed(now, ZoneOffset.UTC));

    /** 1,000 records, 100 of them done in the last 20 s: 180 s are left, by much doubt 120 s. */
    private void running(Duration left) {
        TaskSpec spec = Tasks.spec();
        TaskSpec limited = new TaskSpec(
                spec.entry(), spec.api(), spec.template(), spec.slots(), spec.deployTimeoutMinutes(), now.plus(left));
        tasks.open(BatchTask.draft(TASK, SERVICE, limited, now));
        tasks.planned(TASK, new PlanTotals(1, 1_000));
        tasks.started(TASK, now);
        tasks.answering(TASK, 0, 0, now.minusSeconds(20));
        tasks.answering(TASK, 0, 100, now);
    }

    @Test
    void saysOnceThatAJobWillMissItsDeadline() {
        running(Duration.ofSeconds(60));
        watcher.round();
        watcher.round();

        assertThat(recorded()).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(EventType.ABNORMAL);
            assertThat(event.info()).isEqualTo("Batch job will miss its deadline.");
            assertThat(event.cause())
                    .contains(
                            "5.0 records a second", "100 of 1000 records are done", "about 600 would have no outcome");
            assertThat(event.advice()).contains("instance_count");
        });
    }

    @Test
    void saysNothingAsLongAsItMayBeInTime() {
        running(Duration.ofSeconds(150));
        watcher.round();

        assertThat(recorded()).isEmpty();
    }

    @Test
    void doesNothingUnlessItLeads() {
        running(Duration.ofSeconds(60));
        leads = false;
        watcher.round();

        assertThat(recorded()).isEmpty();
    }

    private List<Event> recorded() {
        return events.of(SERVICE.value());
    }
}
