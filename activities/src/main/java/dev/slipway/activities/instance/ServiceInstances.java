package dev.slipway.activities.instance;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.InstanceSetStore;
import dev.slipway.domain.service.InstanceSetStore.WantedSet;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The instance sets of services: rows first, then the cluster, so that whoever comes later finds in the rows what is wanted. */
public final class ServiceInstances {

    private static final Duration LONGEST_CALL = Duration.ofMinutes(10);
    private static final Duration KILL_GRACE = Duration.ofSeconds(30);

    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final Cluster cluster;
    private final LettingGo lettingGo;
    private final Patience patience;

    public ServiceInstances(
            ServiceStore services, InstanceSetStore sets, Cluster cluster, LettingGo lettingGo, Patience patience) {
        this.services = services;
        this.sets = sets;
        this.cluster = cluster;
        this.lettingGo = lettingGo;
        this.patience = patience;
    }

    /** The rows of a service. */
    public List<WantedSet> of(ServiceId service) {
        return sets.of(service);
    }

    /** Wants so many instances in the row; called in a transaction, {@link #apply} follows after it. */
    public void want(ServiceTransaction transaction, InstanceSet set, int count) {
        sets.want(transaction.service().id(), set, count);
    }

    /** Brings the cluster to the rows of the service, under its lock: a count that has been overtaken must not come after the newer one. */
    public void apply(ServiceId service) {
        services.change(service, transaction -> {
            sets.of(service).forEach(row -> cluster.apply(row.set(), row.count()));
            return true;
        });
    }

    /** How the set stands, with the count that the row wants: a cluster that has just been started may not know it yet. */
    public SetStatus status(WantedSet row) {
        SetStatus status = cluster.status(row.set().id());
        return new SetStatus(status.id(), row.count(), status.instances(), status.failure());
    }

    /** The end of an instance's log. */
    public String logTail(InstanceId instance) {
        return cluster.logTail(instance, 600);
    }

    /**
     * Brings sets down to counts: out of the routes, let go of by every gateway, then ended, highest ordinals first. Null when that is so;
     * otherwise who has not let go (then nothing has ended).
     *
     * @param kept sets and how many of their instances stay
     * @param allowed whether the service still asks for this; asked in each transaction
     */
    public @Nullable String lower(
            ServiceId service, long generation, Map<InstanceSetId, Integer> kept, Predicate<Service> allowed) {
        Set<InstanceId> leaving = drain(service, kept, allowed);
        BooleanSupplier overtaken = () -> services.find(service).filter(allowed).isEmpty();
        String holding =
                lettingGo.await(service, generation, leaving, patience.now().plus(LONGEST_CALL), overtaken);
        if (holding != null) {
            return holding;
        }
        boolean ended = services.change(service, transaction -> {
            if (!allowed.test(transaction.service())) {
                return false;
            }
            shrink(service, kept);
            return true;
        });
        if (!ended) {
            return "a newer command is there";
        }
        kept.forEach((set, keep) -> end(set, keep, leaving));
        awaitEnd(service, kept);
        services.change(service, transaction -> {
            forgetRoutes(transaction.routes(), kept, leaving);
            return true;
        });
        return null;
    }

    private Set<InstanceId> drain(ServiceId service, Map<InstanceSetId, Integer> kept, Predicate<Service> allowed) {
        return services.change(
                service, transaction -> allowed.test(transaction.service()) ? drain(transaction, kept) : Set.of());
    }

    /** Lets all instances of sets but so many get no new requests; tells which leave. {@link #lower} follows after it. */
    public Set<InstanceId> drain(ServiceTransaction transaction, Map<InstanceSetId, Integer> kept) {
        Set<InstanceId> leaving = new HashSet<>();
        for (WantedSet row : sets.of(transaction.service().id())) {
            Integer keep = kept.get(row.set().id());
            if (keep != null) {
                SetStatus status = cluster.status(row.set().id());
                leaving.addAll(RouteKeeper.drainBut(transaction.routes(), status, row.count(), keep));
            }
        }
        return leaving;
    }

    private void shrink(ServiceId service, Map<InstanceSetId, Integer> kept) {
        for (WantedSet row : sets.of(service)) {
            Integer keep = kept.get(row.set().id());
            if (keep == null) {
                continue;
            }
            if (keep == 0) {
                sets.forget(row.set().id());
            } else if (keep < row.count()) {
                sets.want(service, row.set(), keep);
            }
        }
    }

    private void end(InstanceSetId set, int keep, Set<InstanceId> leaving) {
        if (keep == 0) {
            cluster.remove(set);
            return;
        }
        for (Instance instance : cluster.status(set).instances()) {
            // Only while the wish is above: after a restart the cluster may have been told the new count already.
            if (leaving.contains(instance.id())
                    && instance.state() != InstanceState.EXITED
                    && cluster.status(set).wanted() > keep) {
                cluster.removeInstance(instance.id());
            }
        }
    }

    private void awaitEnd(ServiceId service, Map<InstanceSetId, Integer> kept) {
        apply(service);
        Duration drain = Duration.ofSeconds(30);
        for (WantedSet row : sets.of(service)) {
            if (kept.containsKey(row.set().id())) {
                drain = longer(drain, row.set().template().drain());
            }
        }
        patience.until(patience.now().plus(drain).plus(KILL_GRACE), () -> kept.entrySet().stream()
                .allMatch(entry -> hasEnded(entry.getKey(), entry.getValue())));
    }

    private boolean hasEnded(InstanceSetId set, int keep) {
        return cluster.status(set).instances().stream()
                        .filter(instance -> instance.state() != InstanceState.EXITED)
                        .count()
                <= keep;
    }

    private static void forgetRoutes(RouteTable routes, Map<InstanceSetId, Integer> kept, Set<InstanceId> leaving) {
        leaving.forEach(routes::gone);
        kept.forEach((set, keep) -> {
            if (keep == 0) {
                routes.leave(set);
            }
        });
    }

    /** Ends all instances of a service, also sets that no row knows, and waits until they have ended. */
    void removeAll(ServiceId service) {
        List<WantedSet> rows = services.change(service, transaction -> {
            List<WantedSet> all = sets.of(service);
            all.forEach(row -> sets.forget(row.set().id()));
            return all;
        });
        Set<InstanceSetId> ended = new HashSet<>();
        rows.forEach(row -> ended.add(row.set().id()));
        cluster.sets().stream()
                .filter(set -> set.value().startsWith("service-" + service))
                .forEach(ended::add);
        ended.forEach(cluster::remove);
        Duration drain = rows.stream()
                .map(row -> row.set().template().drain())
                .reduce(Duration.ofSeconds(30), ServiceInstances::longer);
        Instant limit = patience.now().plus(drain).plus(KILL_GRACE);
        patience.until(limit, () -> ended.stream().allMatch(set -> hasEnded(set, 0)));
        services.change(service, transaction -> {
            RouteTable routes = transaction.routes();
            routes.rows().sets().forEach(row -> routes.leave(row.set()));
            return true;
        });
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
