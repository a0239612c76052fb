package dev.slipway.worker.wait;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.Gateways.Holding;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.worker.periodic.PeriodicTask;
import dev.slipway.worker.sweep.Attempts;
import dev.slipway.workflows.connection.BackgroundWakes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the conditions that workflows wait for, and wakes the workflows whose condition holds, again after growing pauses until the wait
 * is gone. A round costs one query for each kind of condition that is waited for. Runs in the leader only.
 */
public final class WaitWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WaitWatcher.class);
    private static final Duration AT_REST = Duration.ofSeconds(2);
    private static final Duration WHILE_WAITING = Duration.ofSeconds(1);
    // Gateways report to the database, not to this process: the waits of a drain are checked often while they are new.
    private static final Duration WHILE_DRAINING = Duration.ofMillis(200);
    private static final Duration YOUNG = Duration.ofSeconds(30);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

    private final WaitStore waits;
    private final InstanceSetStore sets;
    private final Gateways gateways;
    private final ServiceStore services;
    private final ModelStore models;
    private final BatchStore tasks;
    private final Predicate<String> wake;
    private final BackgroundWakes wakes;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final HoldEvents holds;
    private final Attempts attempts = new Attempts();
    private final PeriodicTask task;
    private volatile Duration pace = AT_REST;

    /**
     * @param wake wakes the running workflow of that id; false if there is none
     * @param leads whether this process is the leader now
     */
    public WaitWatcher(
            WaitStore waits,
            InstanceSetStore sets,
            Gateways gateways,
            ServiceStore services,
            ModelStore models,
            BatchStore tasks,
            EventStore events,
            Predicate<String> wake,
            BackgroundWakes wakes,
            BooleanSupplier leads,
            Clock clock) {
        this.waits = waits;
        this.sets = sets;
        this.gateways = gateways;
        this.services = services;
        this.models = models;
        this.tasks = tasks;
        this.wake = wake;
        this.wakes = wakes;
        this.leads = leads;
        this.clock = clock;
        this.holds = new HoldEvents(events, clock);
        this.task = new PeriodicTask("wait-watcher", () -> pace, this::round);
    }

    public void start() {
        task.start();
    }

    /** Something that a workflow may wait for has changed, or a workflow has begun to wait. Never blocks. */
    public void checkSoon() {
        task.runSoon();
    }

    void round() {
        pace = AT_REST;
        if (!leads.getAsBoolean()) {
            return;
        }
        List<Wait> all = waits.all();
        Instant now = clock.instant();
        Set<String> keys = new HashSet<>();
        all.forEach(wait -> keys.add(key(wait)));
        attempts.keepOnly(keys);
        if (all.isEmpty()) {
            holds.keepOnly(Set.of());
            return;
        }
        Facts facts = facts(all);
        for (Wait wait : all) {
            if (facts.hold(wait.condition())) {
                wake(wait, now);
            }
        }
        holds.tell(all, facts.holding());
        pace = pace(all, now);
    }

    private static Duration pace(List<Wait> all, Instant now) {
        boolean drains = all.stream()
                .anyMatch(wait -> wait.condition() instanceof WaitCondition.Released
                        && wait.since().plus(YOUNG).isAfter(now));
        return drains ? WHILE_DRAINING : WHILE_WAITING;
    }

    private void wake(Wait wait, Instant now) {
        String key = key(wait);
        if (!attempts.isDue(key, now)) {
            return;
        }
        attempts.made(key, now);
        boolean isOld = wait.since().plus(FORGOTTEN_AFTER).isBefore(now);
        wakes.run(wait.workflowId(), () -> {
            if (!wake.test(wait.workflowId()) && isOld) {
                // A new run writes its wait again.
                waits.remove(wait.workflowId());
                LOG.info("wait forgotten workflow={}, it does not run", wait.workflowId());
            }
        });
    }

    private static String key(Wait wait) {
        return "%s|%s|%s".formatted(wait.workflowId(), wait.since(), wait.condition());
    }

    private Facts facts(List<Wait> all) {
        Set<InstanceSetId> watched = new HashSet<>();
        Map<String, Set<InstanceId>> leaving = new HashMap<>();
        Map<ServiceId, Long> generations = new HashMap<>();
        Set<ModelId> imports = new HashSet<>();
        Set<TaskId> jobs = new HashSet<>();
        for (Wait wait : all) {
            switch (wait.condition()) {
                case WaitCondition.OfInstances instances -> watched.addAll(instances.sets());
                case WaitCondition.Released released ->
                    leaving.merge(released.service(), released.leaving(), WaitWatcher::joined);
                case WaitCondition.ServiceSettled settled ->
                    generations.merge(new ServiceId(settled.service()), settled.generation(), Math::max);
                case WaitCondition.TaskEnded ended -> jobs.add(new TaskId(ended.task()));
                case WaitCondition.ModelSettled settled -> imports.add(new ModelId(settled.model()));
            }
        }
        Map<InstanceSetId, Row> rows = new HashMap<>();
        if (!watched.isEmpty()) {
            sets.find(watched).forEach(row -> rows.put(row.id(), row));
        }
        return new Facts(
                rows,
                leaving.isEmpty() ? Map.of() : gateways.holding(leaving),
                generations.isEmpty() ? Map.of() : services.observed(generations.keySet()),
                jobs.isEmpty() ? Set.of() : tasks.running(jobs),
                imports.isEmpty() ? Set.of() : models.publishing(imports));
    }

    private static <T> Set<T> joined(Set<T> one, Set<T> other) {
        Set<T> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    @Override
    public void close() {
        task.close();
    }

    /**
     * The state of one round.
     *
     * @param holding the gateways that hold each service that is waited for
     * @param observed the generation that each service has settled last
     * @param running the tasks that have not ended
     * @param publishing the models whose import has not ended
     */
    private record Facts(
            Map<InstanceSetId, Row> rows,
            Map<String, List<Holding>> holding,
            Map<ServiceId, Long> observed,
            Set<TaskId> running,
            Set<ModelId> publishing) {

        boolean hold(WaitCondition condition) {
            return switch (condition) {
                case WaitCondition.OfInstances instances -> instances.holds(rows::get);
                case WaitCondition.Released released ->
                    holding.getOrDefault(released.service(), List.of()).isEmpty();
                case WaitCondition.ServiceSettled settled ->
                    observed.getOrDefault(new ServiceId(settled.service()), Long.MAX_VALUE) >= settled.generation();
                case WaitCondition.TaskEnded ended -> !running.contains(new TaskId(ended.task()));
                case WaitCondition.ModelSettled settled -> !publishing.contains(new ModelId(settled.model()));
            };
        }
    }
}
