package dev.slipway.worker.batch;

import dev.slipway.domain.batch.BatchEvents;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskOutlook;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.batch.WorkSpan;
import dev.slipway.domain.event.EventStore;
import dev.slipway.worker.periodic.PeriodicTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Says beforehand, by an event, that a running job will miss its deadline. Once for each deadline. */
public final class DeadlineWatcher implements AutoCloseable {

    private static final Duration PACE = Duration.ofSeconds(5);

    private final BatchStore tasks;
    private final EventStore events;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final PeriodicTask task;

    /** @param leads whether this process is the leader now */
    public DeadlineWatcher(BatchStore tasks, EventStore events, BooleanSupplier leads, Clock clock) {
        this.tasks = tasks;
        this.events = events;
        this.leads = leads;
        this.clock = clock;
        this.task = new PeriodicTask("deadline-watcher", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        if (!leads.getAsBoolean()) {
            return;
        }
        List<BatchTask> running = tasks.withDeadline();
        if (running.isEmpty()) {
            return;
        }
        List<TaskId> ids = running.stream().map(BatchTask::id).toList();
        Instant now = clock.instant();
        Map<TaskId, TaskProgress> progress = tasks.progress(ids);
        Map<TaskId, List<WorkSpan>> work = tasks.work(ids, now.minus(TaskOutlook.WINDOW));
        for (BatchTask each : running) {
            TaskProgress standing = progress.get(each.id());
            Instant deadline = each.spec().deadline();
            if (standing != null && deadline != null) {
                TaskOutlook.of(standing.records(), standing.done(), work.getOrDefault(each.id(), List.of()), now)
                        .filter(outlook -> outlook.earliest().isAfter(deadline))
                        .ifPresent(outlook ->
                                events.record(BatchEvents.willMissDeadline(each, standing, outlook, deadline, now)));
            }
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
