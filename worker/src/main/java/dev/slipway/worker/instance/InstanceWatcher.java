package dev.slipway.worker.instance;

import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.worker.periodic.PeriodicTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates routes and status of services from the observed state of their instances: of one service when its instances or its row have
 * changed, and of all services now and then. Writes only differences. Reads only rows, of many services at once, only in the leader.
 */
public final class InstanceWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InstanceWatcher.class);
    private static final Duration PACE = Duration.ofSeconds(2);
    private static final Duration ALL_EACH = Duration.ofMinutes(1);
    private static final int PAGE = 500;

    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final InstanceLogs logs;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final PeriodicTask task;
    private final Set<ServiceId> changed = ConcurrentHashMap.newKeySet();
    private final Map<ServiceId, String> told = new HashMap<>();
    private final Map<ServiceId, Set<String>> warned = new HashMap<>();
    private final AtomicBoolean allMayHaveChanged = new AtomicBoolean();
    private Instant nextOfAll = Instant.EPOCH;

    /** @param leads whether this process is the leader now */
    public InstanceWatcher(
            ServiceStore services, InstanceSetStore sets, InstanceLogs logs, BooleanSupplier leads, Clock clock) {
        this.services = services;
        this.sets = sets;
        this.logs = logs;
        this.leads = leads;
        this.clock = clock;
        this.task = new PeriodicTask("instance-watcher", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    /** The observed state of these instances has changed. Never blocks. */
    public void observed(List<Row> rows) {
        rows.forEach(row -> row.owner().serviceId().ifPresent(id -> changed.add(new ServiceId(id))));
        task.runSoon();
    }

    /** The row of a service has changed. Never blocks. */
    public void serviceChanged(ServiceId service) {
        changed.add(service);
        task.runSoon();
    }

    /** Anything may have changed. Never blocks. */
    public void allMayHaveChanged() {
        allMayHaveChanged.set(true);
        task.runSoon();
    }

    void round() {
        if (!leads.getAsBoolean()) {
            nextOfAll = Instant.EPOCH;
            return;
        }
        if (allMayHaveChanged.getAndSet(false) || !clock.instant().isBefore(nextOfAll)) {
            // Until they are read: if that fails, the next round does it.
            nextOfAll = Instant.EPOCH;
            sets.all().forEach(row -> row.owner().serviceId().ifPresent(id -> changed.add(new ServiceId(id))));
            services.serving().forEach(service -> changed.add(service.id()));
            nextOfAll = clock.instant().plus(ALL_EACH);
        }
        List<ServiceId> now = List.copyOf(changed);
        for (int from = 0; from < now.size(); from += PAGE) {
            List<ServiceId> page = now.subList(from, Math.min(now.size(), from + PAGE));
            changed.removeAll(page);
            follow(page);
        }
    }

    /** A few queries for any number of services. */
    private void follow(List<ServiceId> page) {
        try {
            List<Service> found = services.find(page);
            Map<SetOwner, List<Row>> rows =
                    sets.of(page.stream().map(InstanceWatcher::owner).toList());
            Map<ServiceId, RouteRows> routes = services.routes(page);
            warned.keySet().removeAll(without(page, found));
            for (Service service : found) {
                tryWith(
                        service.id(),
                        () -> follow(
                                service,
                                rows.getOrDefault(owner(service.id()), List.of()),
                                Objects.requireNonNull(routes.get(service.id()))));
            }
        } catch (Unavailable forAll) {
            changed.addAll(page);
            throw forAll;
        } catch (RuntimeException failure) { // an edge: one unreadable row must not stop the others
            if (page.size() == 1) {
                LOG.warn("could not read service={}", page.getFirst(), failure);
            } else {
                page.forEach(id -> follow(List.of(id)));
            }
        }
    }

    private static Set<ServiceId> without(List<ServiceId> page, List<Service> found) {
        Set<ServiceId> gone = new HashSet<>(page);
        found.forEach(service -> gone.remove(service.id()));
        return gone;
    }

    private static SetOwner owner(ServiceId id) {
        return SetOwner.service(id.value());
    }

    private static void tryWith(ServiceId id, Runnable work) {
        try {
            work.run();
        } catch (Unavailable forAll) {
            throw forAll;
        } catch (RuntimeException failure) { // an edge: one service must not stop the others
            LOG.warn("could not follow instances of service={}", id, failure);
        }
    }

    private void follow(Service service, List<Row> rows, RouteRows routes) {
        ObservedState observed = new ObservedState(service, rows);
        tellWarnings(service.id(), observed);
        if (!service.wantsInstances() || service.inferType() != InferType.REAL_TIME) {
            return;
        }
        String failure = observed.state() == ServiceState.CONCERNING ? observed.failure() : null;
        boolean isNews = failure != null && !failure.equals(told.get(service.id()));
        if (isNews || observed.state() != service.state() || observed.changes(routes)) {
            write(service.id(), endOfLog(observed));
        }
        if (failure == null) {
            told.remove(service.id());
        } else {
            told.put(service.id(), failure);
        }
    }

    private void tellWarnings(ServiceId id, ObservedState observed) {
        Map<String, String> warnings = observed.warnings();
        if (warnings.isEmpty()) {
            warned.remove(id);
            return;
        }
        if (warnings.keySet().equals(warned.get(id))) {
            return;
        }
        Instant now = clock.instant();
        try {
            services.change(id, transaction -> {
                warnings.forEach((key, text) -> transaction.record(warning(id, key, text, now)));
                return true;
            });
            warned.put(id, Set.copyOf(warnings.keySet()));
        } catch (NotFound gone) {
            LOG.debug("service is gone id={}", id);
        }
    }

    private static Event warning(ServiceId id, String key, String text, Instant now) {
        return Event.normal(id.value(), key, "The runtime has a warning about the package.", now)
                .withCause(text);
    }

    /** Of the instance that ended last; empty if none did. Read before a row is locked. */
    private String endOfLog(ObservedState observed) {
        return observed.lastCrashed().map(logs::end).orElse("");
    }

    private void write(ServiceId id, String log) {
        try {
            services.change(id, (ServiceTransaction transaction) -> write(transaction, log));
        } catch (NotFound gone) {
            LOG.debug("service is gone id={}", id);
        }
    }

    private boolean write(ServiceTransaction transaction, String log) {
        Service service = transaction.service();
        if (!service.wantsInstances()) {
            return false;
        }
        ObservedState observed =
                new ObservedState(service, sets.of(SetOwner.service(service.id().value())));
        RouteTable routes = transaction.routes();
        if (observed.changes(routes.rows())) {
            observed.keep(routes);
        }
        ServiceState state = observed.state();
        if (state != service.state()) {
            Instant now = clock.instant();
            transaction.save(service.withState(state, now));
            transaction.record(event(observed, state, log, now));
        }
        String failure = observed.failure();
        if (state == ServiceState.CONCERNING && failure != null) {
            transaction.record(unstartable(transaction.service(), failure, log, clock.instant()));
        }
        return true;
    }

    private static String withLog(String cause, String log) {
        return log.isEmpty() ? cause : cause + "\n" + log;
    }

    private static Event event(ObservedState observed, ServiceState state, String log, Instant now) {
        String id = observed.service().id().value();
        String key = "%s/%s".formatted(state.wireName(), now);
        if (state == ServiceState.RUNNING) {
            return Event.normal(
                    id, key, "%d of %d instances answer.".formatted(observed.asked(), observed.asked()), now);
        }
        return Event.abnormal(
                id,
                key,
                "%d of %d instances answer.".formatted(observed.ready(), observed.asked()),
                withLog(observed.trouble(), log),
                "Slipway starts them again by itself. If one ends again and again, './slipway logs %s' shows their logs."
                        .formatted(id),
                now);
    }

    /** Once for each cause since all instances last served; the key names the cause. */
    private static Event unstartable(Service service, String failure, String log, Instant now) {
        return Event.abnormal(
                service.id().value(),
                "unstartable/%s/%08x".formatted(service.transitionedAt(), failure.hashCode()),
                "Instances of the service cannot be started.",
                withLog(failure, log),
                "Slipway tries again, with growing pauses. Take the cause away, or update the service to a version that starts.",
                now);
    }

    @Override
    public void close() {
        task.close();
    }
}
