package dev.slipway.worker.instance;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.InstanceSetStore;
import dev.slipway.domain.service.InstanceSetStore.WantedSet;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the rows of instance sets to the cluster after a start, and keeps routes and status of services at what the cluster says:
 * after each change of it, and of all services every 2 s. Writes only what differs. Each process that has a cluster has a watcher; the
 * same written twice changes nothing.
 */
public final class InstanceWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InstanceWatcher.class);
    private static final Duration ALL_EACH = Duration.ofSeconds(2);

    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final Cluster cluster;
    private final Clock clock;
    private final PeriodicTask task;
    private final Set<InstanceSetId> changed = ConcurrentHashMap.newKeySet();
    private final Set<InstanceSetId> applied = new HashSet<>();
    private final Map<ServiceId, String> told = new HashMap<>();
    private Instant nextOfAll = Instant.EPOCH;
    private @Nullable AutoCloseable watch;

    public InstanceWatcher(ServiceStore services, InstanceSetStore sets, Cluster cluster, Clock clock) {
        this.services = services;
        this.sets = sets;
        this.cluster = cluster;
        this.clock = clock;
        this.task = new PeriodicTask("instance-watcher", ALL_EACH, this::round);
    }

    public void start() {
        watch();
        task.start();
    }

    void watch() {
        watch = cluster.watch(set -> {
            changed.add(set);
            task.runSoon();
        });
    }

    void round() {
        List<WantedSet> rows = sets.all();
        Map<ServiceId, List<WantedSet>> wanted = rows.stream().collect(Collectors.groupingBy(WantedSet::service));
        Set<InstanceSetId> now = Set.copyOf(changed);
        changed.removeAll(now);
        if (!clock.instant().isBefore(nextOfAll)) {
            followAll(wanted);
            nextOfAll = clock.instant().plus(ALL_EACH);
            return;
        }
        rows.stream()
                .filter(row -> now.contains(row.set().id()))
                .map(WantedSet::service)
                .distinct()
                .forEach(id -> services.find(id).ifPresent(service -> tryToFollow(service, of(id, wanted))));
    }

    private void followAll(Map<ServiceId, List<WantedSet>> wanted) {
        Set<InstanceSetId> known = new HashSet<>();
        wanted.values().forEach(rows -> rows.forEach(row -> known.add(row.set().id())));
        applied.retainAll(known);
        Map<ServiceId, Service> serving = new HashMap<>();
        services.serving().forEach(service -> serving.put(service.id(), service));
        Set<ServiceId> ids = new LinkedHashSet<>(wanted.keySet());
        ids.addAll(serving.keySet());
        for (ServiceId id : ids) {
            Optional.ofNullable(serving.get(id))
                    .or(() -> services.find(id))
                    .ifPresent(service -> tryToFollow(service, of(id, wanted)));
        }
    }

    private static List<WantedSet> of(ServiceId id, Map<ServiceId, List<WantedSet>> wanted) {
        return Objects.requireNonNullElse(wanted.get(id), List.of());
    }

    private void tryToFollow(Service service, List<WantedSet> rows) {
        try {
            follow(service, rows);
        } catch (Unavailable forAll) {
            throw forAll;
        } catch (RuntimeException failure) { // an edge: what is wrong with one service must not blind us for the others
            LOG.warn("could not follow instances of service={}", service.id(), failure);
        }
    }

    private void follow(Service service, List<WantedSet> rows) {
        if (!service.wantsInstances()) {
            return;
        }
        if (rows.stream().anyMatch(this::isToBeApplied)) {
            services.change(service.id(), this::apply);
        }
        if (service.inferType() == InferType.REAL_TIME) {
            ObservedState observed = ObservedState.of(service, rows, cluster);
            String failure = observed.state() == ServiceState.CONCERNING ? observed.failure() : null;
            boolean isNews = failure != null && !failure.equals(told.get(service.id()));
            if (isNews || observed.state() != service.state() || observed.changes(services.routes(service))) {
                services.change(service.id(), this::write);
            }
            if (failure == null) {
                told.remove(service.id());
            } else {
                told.put(service.id(), failure);
            }
        }
    }

    // Under the row's lock, with the rows as they are there: who lowers a count writes it there first, so that a count
    // applied here is never one that somebody has lowered since. More than the row wants is left to who lowers.
    private boolean apply(ServiceTransaction transaction) {
        Service service = transaction.service();
        if (service.wantsInstances()) {
            sets.of(service.id()).stream().filter(this::isToBeApplied).forEach(row -> {
                cluster.apply(row.set(), row.count());
                applied.add(row.set().id());
            });
        }
        return true;
    }

    private boolean isToBeApplied(WantedSet row) {
        InstanceSetId id = row.set().id();
        return !applied.contains(id) || cluster.status(id).wanted() < row.count();
    }

    private boolean write(ServiceTransaction transaction) {
        Service service = transaction.service();
        if (!service.wantsInstances()) {
            return false;
        }
        ObservedState observed = ObservedState.of(service, sets.of(service.id()), cluster);
        RouteTable routes = transaction.routes();
        if (observed.changes(routes.rows())) {
            observed.keep(routes);
        }
        ServiceState state = observed.state();
        if (state != service.state()) {
            Instant now = clock.instant();
            transaction.save(service.withState(state, now));
            transaction.record(event(observed, state, now));
        }
        String failure = observed.failure();
        if (state == ServiceState.CONCERNING && failure != null) {
            transaction.record(unstartable(transaction.service(), failure, clock.instant()));
        }
        return true;
    }

    private static Event event(ObservedState observed, ServiceState state, Instant now) {
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
                observed.trouble(),
                "Slipway starts them again by itself. If one ends again and again, its log says why.",
                now);
    }

    /** Once for each cause since the service last served whole: the key says which. */
    private static Event unstartable(Service service, String failure, Instant now) {
        return Event.abnormal(
                service.id().value(),
                "unstartable/%s/%08x".formatted(service.transitionedAt(), failure.hashCode()),
                "Instances of the service cannot be started.",
                failure,
                "Slipway tries again, with growing pauses. Take the cause away, or update the service to a version that starts.",
                now);
    }

    @Override
    public void close() {
        AutoCloseable watching = watch;
        if (watching != null) {
            try {
                watching.close();
            } catch (Exception failure) { // an edge: the task have to end all the same
                LOG.warn("could not end the watch of the cluster", failure);
            }
        }
        task.close();
    }
}
