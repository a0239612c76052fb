package dev.slipway.domain.batch;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.service.Service;
import java.time.Duration;
import java.time.Instant;

/** The events of tasks, which the guide does not have. */
public final class BatchEvents {

    private BatchEvents() {}

    static Event pausing(Service service, TaskControl control, Instant at) {
        return ofCommand(service, control, "Pausing batch job.", at)
                .withCause("what is being answered is kept, then its instances end and its slots are given back");
    }

    static Event resuming(Service service, TaskControl control, Instant at) {
        return ofCommand(service, control, "Resuming batch job.", at)
                .withCause("it waits for slots again and goes on with the records that have no outcome");
    }

    /** @param revision of the command that it follows */
    public static Event paused(BatchTask task, TaskProgress progress, long revision, Instant at) {
        return Event.abnormal(
                task.service().value(),
                "task/%s/paused/%d".formatted(task.id(), revision),
                "Batch job paused.",
                "%d of %d records are done; its instances end and its slots are given back"
                        .formatted(progress.done(), progress.records()),
                "It rests until it is resumed, however long: POST .../services/%s/task/resume, or './slipway batch resume %s'. A stop ends it with what is done."
                        .formatted(task.service(), task.service()),
                at);
    }

    /** At its present rate. One for each deadline of a task. */
    public static Event willMissDeadline(
            BatchTask task, TaskProgress progress, TaskOutlook outlook, Instant deadline, Instant at) {
        double until = Math.max(0, Duration.between(at, deadline).toMillis() / 1000.0);
        long missing = Math.round(progress.records() - progress.done() - until * outlook.recordsPerSecond());
        return Event.abnormal(
                task.service().value(),
                "task/%s/misses-deadline/%s".formatted(task.id(), deadline),
                "Batch job will miss its deadline.",
                "%d of %d records are done, %s; its deadline is %s, when about %d would have no outcome"
                        .formatted(progress.done(), progress.records(), outlook.words(), deadline, missing),
                "At the deadline it ends with what is done. Give its service more by instance_count and run it again, or run the rest as another job.",
                at);
    }

    private static Event ofCommand(Service service, TaskControl control, String info, Instant at) {
        return Event.normal(
                service.id().value(), "task/%s/command/%d".formatted(control.task(), control.revision()), info, at);
    }
}
