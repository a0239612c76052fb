package dev.slipway.activities.failure;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.workflow.WorkflowIds;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes events of a model or a service when a step waits for something that does not answer: at the third attempt or after ten seconds,
 * and each ten minutes while it lasts.
 */
public final class OutageEvents implements FailureInterceptor.Outages {

    private static final int FIRST_WITH_EVENT = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration REMINDER = Duration.ofMinutes(10);

    private final EventStore events;
    private final BatchStore tasks;
    private final Clock clock;

    public OutageEvents(EventStore events, BatchStore tasks, Clock clock) {
        this.events = events;
        this.tasks = tasks;
        this.clock = clock;
    }

    @Override
    public void failed(String workflowId, String activity, int attempt, Duration lasts, String reason) {
        if (attempt < FIRST_WITH_EVENT && lasts.compareTo(PATIENCE) < 0) {
            return;
        }
        String subject = subject(workflowId);
        if (subject == null) {
            return;
        }
        long tenMinutes = clock.instant().getEpochSecond() / REMINDER.toSeconds();
        events.record(Event.abnormal(
                subject,
                "outage/%s/%s/%d".formatted(workflowId, activity, tenMinutes),
                "Step %s cannot be done now and is tried again.".formatted(activity),
                reason,
                "It goes on by itself once that answers: './slipway status' shows the parts, './slipway doctor' this machine.",
                clock.instant()));
    }

    /** The model or service that the workflow works for; null if there is none. */
    private @Nullable String subject(String workflowId) {
        WorkflowIds.Subject subject = WorkflowIds.subjectOf(workflowId).orElse(null);
        if (subject == null) {
            return null;
        }
        return switch (subject.kind()) {
            case MODEL, SERVICE -> subject.id();
            case TASK ->
                tasks.find(new TaskId(subject.id()))
                        .map(BatchTask::service)
                        .map(service -> service.value())
                        .orElse(null);
        };
    }
}
