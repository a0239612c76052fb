package dev.slipway.worker.instance;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.ExecResult;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.instance.Usage;
import dev.slipway.domain.problem.Unavailable;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A planted bug: what a cluster was told is taken for done although it never answered, and how many it has of a set is what it was told, not
 * what it says.
 */
final class SilenceIsDone implements Cluster {

    private final Cluster cluster;
    private final Map<InstanceSetId, Integer> told = new HashMap<>();

    SilenceIsDone(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void apply(DesiredSet desired) {
        try {
            cluster.apply(desired);
        } catch (Unavailable takenForDone) {
            // the bug
        }
        told.put(desired.id(), desired.count());
    }

    @Override
    public SetStatus status(InstanceSetId set) {
        SetStatus said = cluster.status(set);
        return new SetStatus(set, told.getOrDefault(set, said.wanted()), said.instances(), said.failure());
    }

    @Override
    public void remove(InstanceSetId set) {
        cluster.remove(set);
    }

    @Override
    public List<InstanceSetId> sets() {
        return cluster.sets();
    }

    @Override
    public AutoCloseable watch(Consumer<InstanceSetId> changed) {
        return cluster.watch(changed);
    }

    @Override
    public String logTail(InstanceId instance, int bytes) {
        return cluster.logTail(instance, bytes);
    }

    @Override
    public String logName(InstanceId instance) {
        return cluster.logName(instance);
    }

    @Override
    public InputStream followLog(InstanceId instance, int bytes) {
        return cluster.followLog(instance, bytes);
    }

    @Override
    public ExecResult exec(InstanceId instance, List<String> command, Duration limit) throws InterruptedException {
        return cluster.exec(instance, command, limit);
    }

    @Override
    public Optional<Usage> usage(InstanceId instance) {
        return cluster.usage(instance);
    }
}
