package dev.slipway.worker.instance;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.worker.periodic.PeriodicTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the cluster to the desired state in the rows, and writes the observed state back into them. Only this class changes and watches
 * sets, only in the leader, and never in a transaction; activities only read logs. While the database is unavailable the cluster keeps the state that was applied last.
 */
public final class ClusterReconciler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterReconciler.class);
    private static final Duration PACE = Duration.ofSeconds(2);
    // Changes of rows are notified; this covers a lost notification.
    private static final Duration ALL_EACH = Duration.ofSeconds(30);

    private final InstanceSetStore sets;
    private final Cluster cluster;
    private final BooleanSupplier leads;
    private final Consumer<List<Row>> observed;
    private final Clock clock;
    private final PeriodicTask task;
    private final Set<InstanceSetId> changed = ConcurrentHashMap.newKeySet();
    private volatile boolean stale = true;
    private Map<InstanceSetId, DesiredSet> desired = Map.of();
    private final Map<InstanceSetId, Long> applied = new HashMap<>();
    private Instant nextOfAll = Instant.EPOCH;
    private @Nullable AutoCloseable watch;

    /**
     * @param leads whether this process is the leader now
     * @param observed gets the rows whose observed state has changed; called on this object's thread
     */
    public ClusterReconciler(
            InstanceSetStore sets, Cluster cluster, BooleanSupplier leads, Consumer<List<Row>> observed, Clock clock) {
        this.sets = sets;
        this.cluster = cluster;
        this.leads = leads;
        this.observed = observed;
        this.clock = clock;
        this.task = new PeriodicTask("cluster-reconciler", PACE, this::round);
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

    /** The desired state may have changed: it is read again soon. Never blocks. */
    public void desiredStateChanged() {
        stale = true;
        task.runSoon();
    }

    void round() {
        if (!leads.getAsBoolean()) {
            // Another process leads, or the database is unavailable. What was applied stays; later it is applied again.
            applied.clear();
            stale = true;
            return;
        }
        if (stale || !clock.instant().isBefore(nextOfAll)) {
            readAndApply();
        }
        writeWhatChanged();
    }

    private void readAndApply() {
        stale = false;
        Map<InstanceSetId, DesiredSet> read = new HashMap<>();
        Map<InstanceSetId, SetStatus> written = new HashMap<>();
        try {
            for (Row row : sets.all()) {
                read.put(row.id(), row.desired());
                if (row.current()) {
                    written.put(row.id(), row.observed());
                }
            }
        } catch (Unavailable away) {
            stale = true;
            throw away;
        }
        desired = read;
        nextOfAll = clock.instant().plus(ALL_EACH);
        applied.keySet().retainAll(read.keySet());
        for (DesiredSet set : read.values()) {
            tryWith(set.id().value(), () -> reconcile(set, written.get(set.id())));
        }
        tryWith("all", () -> {
            for (InstanceSetId set : cluster.sets()) {
                if (!read.containsKey(set)) {
                    tryWith(set.value(), () -> cluster.remove(set));
                }
            }
        });
    }

    private void reconcile(DesiredSet set, @Nullable SetStatus written) {
        Long last = applied.get(set.id());
        if (last == null || last < set.revision()) {
            apply(set);
            return;
        }
        SetStatus status = cluster.status(set.id());
        if (status.wanted() != set.count()) {
            apply(set);
        } else if (!status.equals(written)) {
            // The notification was lost, or the status that came after it was old.
            changed.add(set.id());
        }
    }

    private void apply(DesiredSet set) {
        cluster.apply(set);
        applied.put(set.id(), set.revision());
        changed.add(set.id());
    }

    private void tryWith(String set, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException failure) { // an edge: one set must not stop the others
            stale = true;
            LOG.warn("could not reconcile set={} cause={}", set, failure.toString());
        }
    }

    private void writeWhatChanged() {
        Set<InstanceSetId> now = Set.copyOf(changed);
        if (now.isEmpty()) {
            return;
        }
        changed.removeAll(now);
        Set<InstanceSetId> written = new HashSet<>();
        try {
            for (InstanceSetId set : now) {
                if (tryToObserve(set)) {
                    written.add(set);
                }
            }
            List<Row> rows = sets.find(written);
            if (!rows.isEmpty()) {
                observed.accept(rows);
            }
        } catch (Unavailable away) {
            changed.addAll(now);
            throw away;
        } catch (RuntimeException failure) { // an edge: the next round tells of them again
            changed.addAll(written);
            throw failure;
        }
    }

    /** Whether the row has the cluster's status now. Where it has not, the set is looked at again: at once if it changes, later in any case. */
    private boolean tryToObserve(InstanceSetId set) {
        try {
            if (observe(set)) {
                return true;
            }
            changed.add(set);
            return false;
        } catch (Unavailable away) {
            throw away;
        } catch (RuntimeException failure) { // an edge: one set must not stop the others
            LOG.warn("could not write how a set stands set={}", set, failure);
            return false;
        }
    }

    /** False if the cluster's status is older than the state that was applied last: then it has to be asked again. */
    private boolean observe(InstanceSetId set) {
        Long revision = applied.get(set);
        DesiredSet wanted = desired.get(set);
        if (revision == null || wanted == null) {
            return true;
        }
        SetStatus status;
        try {
            status = cluster.status(set);
        } catch (Unavailable clusterIsAway) {
            LOG.warn("the cluster does not say how a set stands set={} cause={}", set, clusterIsAway.getMessage());
            return false;
        }
        if (revision == wanted.revision() && status.wanted() != wanted.count()) {
            return false;
        }
        sets.observe(status, revision);
        return true;
    }

    @Override
    public void close() {
        AutoCloseable watching = watch;
        if (watching != null) {
            try {
                watching.close();
            } catch (Exception failure) { // an edge: the rounds have to end all the same
                LOG.warn("could not end the watch of the cluster", failure);
            }
        }
        task.close();
    }
}
