package dev.slipway.activities.retention;

import dev.slipway.activities.waiting.StepHeartbeat;
import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.activities.waiting.ToldObjectStore;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.DiskArea.Removed;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.retention.RetentionStore;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.workflows.contract.retention.RemovedKind;
import dev.slipway.workflows.contract.retention.RetentionActivities;
import io.temporal.activity.Activity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link RetentionActivities} over the stores and the folders of this machine. */
public final class RetentionActivitiesImpl implements RetentionActivities {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionActivitiesImpl.class);
    private static final int STEP = 1_000;

    /** How long things without a period of their own are kept: long enough for all work on them to end. */
    private static final Duration AT_REST = Duration.ofMinutes(10);

    private final RetentionPeriods periods;
    private final RetentionStore rows;
    private final EventStore events;
    private final Gateways gateways;
    private final BatchStore tasks;
    private final ObjectStore objects;
    private final StepHeartbeats heartbeats;
    private final List<DiskArea> areas;
    private final Clock clock;

    /** @param areas in the order in which they are cleared */
    public RetentionActivitiesImpl(
            RetentionPeriods periods,
            RetentionStore rows,
            EventStore events,
            Gateways gateways,
            BatchStore tasks,
            ObjectStore objects,
            List<DiskArea> areas,
            StepHeartbeats heartbeats,
            Clock clock) {
        this.periods = periods;
        this.rows = rows;
        this.events = events;
        this.gateways = gateways;
        this.tasks = tasks;
        this.objects = objects;
        this.heartbeats = heartbeats;
        this.areas = List.copyOf(areas);
        this.clock = clock;
    }

    @Override
    public List<RemovedKind> removeEvents() {
        return List.of(
                inSteps(
                        "events of services",
                        limit -> events.removeOlderThan(EventSubject.SERVICE, before(periods.serviceEvents()), limit)),
                inSteps(
                        "events of models",
                        limit -> events.removeOlderThan(EventSubject.MODEL, before(periods.modelEvents()), limit)));
    }

    @Override
    public List<RemovedKind> removeBatchWork() {
        try (StepHeartbeat heartbeat = heartbeats.start(Activity.getExecutionContext())) {
            ObjectStore told = new ToldObjectStore(objects, heartbeat.waits());
            return List.of(new BatchWork(rows::tasksWithWork, tasks, told, clock)
                    .remove(before(periods.batch()), heartbeat::failIfCancelled));
        }
    }

    @Override
    public List<RemovedKind> removeRows() {
        return List.of(
                inSteps("instance sets without an owner", limit -> rows.removeInstanceSets(before(AT_REST), limit)),
                inSteps("waits", limit -> rows.removeWaits(before(AT_REST), limit)),
                inSteps("counts", limit -> gateways.removeCountsBefore(before(periods.counts()), limit)),
                inSteps("requests", limit -> rows.removeRequests(before(periods.requests()), limit)),
                inSteps("generations", limit -> rows.removeGenerations(before(periods.serviceEvents()), limit)),
                inSteps("batch tasks", limit -> rows.removeTasks(before(periods.batchTasks()), limit)),
                inSteps("deleted services", limit -> rows.removeServices(before(periods.serviceEvents()), limit)));
    }

    @Override
    public List<RemovedKind> removeFiles() {
        List<RemovedKind> removed = new ArrayList<>();
        for (DiskArea area : areas) {
            Removed all = Removed.NOTHING;
            Removed step;
            do {
                step = area.removeUnused(rows::inUse, STEP);
                all = all.plus(step);
                beat();
            } while (step.things() == STEP);
            removed.add(new RemovedKind(area.name(), all.things(), all.bytes()));
            if (all.things() > 0) {
                LOG.info("unused files removed area={} things={} bytes={}", area.name(), all.things(), all.bytes());
            }
        }
        return removed;
    }

    private static RemovedKind inSteps(String kind, IntUnaryOperator step) {
        long all = 0;
        int removed;
        do {
            removed = step.applyAsInt(STEP);
            all += removed;
            beat();
        } while (removed >= STEP);
        return new RemovedKind(kind, all, 0);
    }

    private static void beat() {
        Activity.getExecutionContext().heartbeat(null);
    }

    private Instant before(Duration kept) {
        return clock.instant().minus(kept);
    }
}
