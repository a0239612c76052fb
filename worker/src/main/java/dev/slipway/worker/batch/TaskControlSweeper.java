package dev.slipway.worker.batch;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.TaskControl;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceWaker;
import dev.slipway.domain.service.Wanted;
import dev.slipway.worker.periodic.PeriodicTask;
import dev.slipway.worker.sweep.Attempts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes up for lost wakes of commands over running tasks, such as a pause: wakes services whose tasks have not taken what was asked. */
public final class TaskControlSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskControlSweeper.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(2);
    private static final int LIMIT = 1_000;

    private final BatchStore tasks;
    private final ServiceStore services;
    private final ServiceWaker wake;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final PeriodicTask task;
    private final Attempts attempts = new Attempts();
    private final Set<String> seen = new HashSet<>();
    private @Nullable TaskId last;

    /** @param leads whether this process is the leader now */
    public TaskControlSweeper(
            BatchStore tasks, ServiceStore services, ServiceWaker wake, BooleanSupplier leads, Clock clock) {
        this.tasks = tasks;
        this.services = services;
        this.wake = wake;
        this.leads = leads;
        this.clock = clock;
        this.task = new PeriodicTask("task-control-sweeper", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        if (!leads.getAsBoolean()) {
            last = null;
            return;
        }
        Instant now = clock.instant();
        List<TaskControl> untaken = tasks.untaken(now.minus(TAKEN_WITHIN), last, LIMIT);
        for (TaskControl control : untaken) {
            String key = "%s/%d".formatted(control.task(), control.revision());
            seen.add(key);
            if (attempts.isDue(key, now)) {
                tryToWake(control);
                attempts.made(key, now);
            }
        }
        last = untaken.size() < LIMIT ? null : untaken.getLast().task();
        if (last == null) {
            attempts.keepOnly(seen);
            seen.clear();
        }
    }

    private void tryToWake(TaskControl control) {
        try {
            services.find(control.service())
                    .filter(service -> isUnderWay(service, control.task()))
                    .ifPresent(service -> {
                        wake.wake(service);
                        LOG.info("signalled untaken command task={} revision={}", control.task(), control.revision());
                    });
        } catch (Unavailable forAll) {
            throw forAll;
        } catch (RuntimeException failure) { // an edge: one task must not stop the others
            LOG.warn("could not wake service={} for its task={}", control.service(), control.task(), failure);
        }
    }

    private static boolean isUnderWay(Service service, TaskId task) {
        return task.value().equals(service.taskId()) && service.wanted() == Wanted.RUNNING;
    }

    @Override
    public void close() {
        task.close();
    }
}
