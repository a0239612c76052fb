package dev.slipway.testing.instance;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.ExecResult;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.instance.Usage;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A cluster behind an unreliable network. One of four calls fails: it is lost, or its answer is lost, or, for desired state, it arrives
 * after its caller has given up. One of four answers about sets is an old one. Equal seeds give equal sequences.
 */
public final class UnreliableCluster implements Cluster {

    private final Cluster cluster;
    private final Random random;
    private final List<Runnable> late = new ArrayList<>();
    private final Map<InstanceSetId, SetStatus> told = new HashMap<>();
    private List<InstanceSetId> toldSets = List.of();
    private boolean losesNotices;
    private boolean reorders;

    public UnreliableCluster(Cluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
    }

    /** From now on every other notification of watchers is lost. */
    public synchronized void loseNotices() {
        losesNotices = true;
    }

    /** From now on a late command arrives at a random later call, and thus also after commands that were given after it. */
    public synchronized void reorder() {
        reorders = true;
    }

    /** Whether a command is still under way. */
    public synchronized boolean hasLate() {
        return !late.isEmpty();
    }

    private enum Outcome {
        DONE,
        NEVER_ARRIVED,
        ANSWER_LOST,
        LATE
    }

    private Outcome outcome() {
        return random.nextInt(4) > 0 ? Outcome.DONE : Outcome.values()[1 + random.nextInt(3)];
    }

    @Override
    public synchronized void apply(DesiredSet desired) {
        command(() -> cluster.apply(desired));
    }

    @Override
    public synchronized void remove(InstanceSetId set) {
        command(() -> cluster.remove(set));
    }

    private void command(Runnable command) {
        arrive();
        switch (outcome()) {
            case DONE -> command.run();
            case NEVER_ARRIVED -> throw unavailable();
            case ANSWER_LOST -> {
                command.run();
                throw unavailable();
            }
            case LATE -> {
                late.add(command);
                throw unavailable();
            }
        }
    }

    private <T> T answer(Supplier<T> question) {
        arrive();
        if (outcome() != Outcome.DONE) {
            throw unavailable();
        }
        return question.get();
    }

    private void arrive() {
        for (Runnable command : List.copyOf(late)) {
            if (!reorders || random.nextInt(4) == 0) {
                late.remove(command);
                command.run();
            }
        }
    }

    private static Unavailable unavailable() {
        return new Unavailable(ErrorCode.UNAVAILABLE, "no answer from the cluster: a test wants it so");
    }

    @Override
    public synchronized SetStatus status(InstanceSetId set) {
        return answer(() -> {
            SetStatus before = told.get(set);
            if (before != null && isStale()) {
                return before;
            }
            SetStatus now = cluster.status(set);
            told.put(set, now);
            return now;
        });
    }

    @Override
    public synchronized List<InstanceSetId> sets() {
        return answer(() -> {
            if (!isStale()) {
                toldSets = cluster.sets();
            }
            return toldSets;
        });
    }

    private boolean isStale() {
        return random.nextInt(4) == 0;
    }

    @Override
    public AutoCloseable watch(Consumer<InstanceSetId> changed) {
        return cluster.watch(set -> {
            if (!isNoticeLost()) {
                changed.accept(set);
            }
        });
    }

    private synchronized boolean isNoticeLost() {
        return losesNotices && random.nextBoolean();
    }

    @Override
    public synchronized String logTail(InstanceId instance, int bytes) {
        return answer(() -> cluster.logTail(instance, bytes));
    }

    @Override
    public synchronized String logName(InstanceId instance) {
        return answer(() -> cluster.logName(instance));
    }

    @Override
    public synchronized InputStream followLog(InstanceId instance, int bytes) {
        return answer(() -> cluster.followLog(instance, bytes));
    }

    @Override
    public ExecResult exec(InstanceId instance, List<String> command, Duration limit) throws InterruptedException {
        synchronized (this) {
            answer(() -> true);
        }
        return cluster.exec(instance, command, limit);
    }

    @Override
    public synchronized Optional<Usage> usage(InstanceId instance) {
        return answer(() -> cluster.usage(instance));
    }
}
