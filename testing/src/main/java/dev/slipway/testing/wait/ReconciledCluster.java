package dev.slipway.testing.wait;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Applies the rows to a cluster, writes the observed state back, and wakes workflows that wait for instances, like the leader: for tests of
 * workflows in modules that cannot use the real one. Runs on its own thread until closed.
 */
public final class ReconciledCluster implements AutoCloseable {

    private final InMemoryInstanceSetStore sets;
    private final InMemoryWaitStore waits;
    private final Cluster cluster;
    private final Consumer<String> wake;
    private final Semaphore changes = new Semaphore(1);
    private final Set<Wait> woken = new HashSet<>();
    private final Thread thread;
    private volatile boolean closed;

    /** @param wake wakes the workflow of that id */
    public ReconciledCluster(
            InMemoryInstanceSetStore sets, InMemoryWaitStore waits, Cluster cluster, Consumer<String> wake) {
        this.sets = sets;
        this.waits = waits;
        this.cluster = cluster;
        this.wake = wake;
        sets.onChange(changes::release);
        waits.onChange(changes::release);
        cluster.watch(set -> changes.release());
        this.thread = Thread.ofPlatform().daemon().name("reconciled-cluster").start(this::follow);
    }

    private void follow() {
        try {
            while (!closed) {
                if (changes.tryAcquire(1, TimeUnit.SECONDS)) {
                    changes.drainPermits();
                    round();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() {
        List<Row> rows = sets.all();
        for (Row row : rows) {
            cluster.apply(row.desired());
            sets.observe(cluster.status(row.id()), row.desired().revision());
        }
        cluster.sets().stream()
                .filter(set -> rows.stream().noneMatch(row -> row.id().equals(set)))
                .forEach(cluster::remove);
        for (Wait wait : waits.all()) {
            if (wait.condition() instanceof WaitCondition.OfInstances condition
                    && condition.holds(set -> sets.find(set).orElse(null))
                    && woken.add(wait)) {
                wake.accept(wait.workflowId());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
