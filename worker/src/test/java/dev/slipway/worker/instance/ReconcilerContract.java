package dev.slipway.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.instance.UnreliableCluster;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A reconciler that sees its cluster through a bad network, and what it has come to. */
abstract class ReconcilerContract {

    private static final SetOwner OWNER = SetOwner.service("one");
    private static final int MANY_ROUNDS = 1_000;

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();

    /** What is really there. */
    abstract Cluster cluster();

    /** Becomes ready and stays. */
    abstract InstanceTemplate working();

    /** Ends the process of the instance as kill -9 would. */
    abstract void kill(Instance instance);

    /** So many random changes of what is desired and of what is there, each followed by a round; then it has to come to rest. */
    final void convergesAfter(int changes, int mostSets, int mostInstances, long seed) {
        UnreliableCluster network = network(seed);
        try (ClusterReconciler reconciler = reconciler(network)) {
            changeAtRandom(reconciler, changes, mostSets, mostInstances, seed);
            awaitRest(reconciler, network);
        }
    }

    /** A command that arrives long after others is repaired by the next comparison: a removal of a set that was asked for again. */
    @Test
    final void bringsASetBackThatALateCommandHasRemoved() {
        InstanceSet set = new InstanceSet(new InstanceSetId("set-late"), working());
        UnreliableCluster network = new UnreliableCluster(cluster(), 1);
        try (ClusterReconciler reconciler = reconciler(network)) {
            sets.want(OWNER, set, 1);
            awaitRest(reconciler, network);

            cluster().remove(set.id());

            Await.until("it is gone", () -> cluster().status(set.id()).living() == 0, this::real);
            awaitRest(reconciler, network);
            assertThat(cluster().status(set.id()).ready()).isEqualTo(1);
        }
    }

    /** And a desired state of a set that was forgotten since. */
    @Test
    final void removesASetThatALateCommandHasBroughtBack() {
        InstanceSet set = new InstanceSet(new InstanceSetId("set-late"), working());
        UnreliableCluster network = new UnreliableCluster(cluster(), 1);
        try (ClusterReconciler reconciler = reconciler(network)) {
            sets.want(OWNER, set, 1);
            awaitRest(reconciler, network);
            DesiredSet late = sets.find(set.id()).orElseThrow().desired();
            sets.forget(set.id());
            awaitRest(reconciler, network);

            cluster().apply(late);

            Await.until("it is there", () -> !cluster().sets().isEmpty(), this::real);
            awaitRest(reconciler, network);
            assertThat(cluster().sets()).isEmpty();
        }
    }

    @Test
    final void aSetWhoseStatusCannotBeWrittenStopsNoOther() {
        InstanceSet bad = new InstanceSet(new InstanceSetId("set-a-bad"), working());
        InstanceSet good = new InstanceSet(new InstanceSetId("set-b-good"), working());
        sets.refuse(bad.id());
        try (ClusterReconciler reconciler = reconciler(cluster())) {
            sets.want(OWNER, bad, 1);
            sets.want(OWNER, good, 1);
            Await.until("the good one is ready", () -> readyAfterARound(reconciler, good), this::real);
            assertThat(sets.find(bad.id()).orElseThrow().current()).isFalse();
            kill(ready(good.id()).getFirst());
            Await.until(
                    "it is ready again",
                    () -> readyAfterARound(reconciler, good)
                            && sets.find(good.id())
                                    .orElseThrow()
                                    .observed()
                                    .equals(cluster().status(good.id())),
                    this::real);

            sets.refuse(null);

            Await.until("the other one is written too", () -> readyAfterARound(reconciler, bad), this::real);
        }
    }

    /** According to its row. */
    private boolean readyAfterARound(ClusterReconciler reconciler, InstanceSet set) {
        round(reconciler);
        Row row = sets.find(set.id()).orElseThrow();
        return row.current() && row.observed().ready() == 1;
    }

    /** As {@link #convergesAfter}, with a planted bug: whether it came to rest all the same. If not, the cluster is of no further use. */
    final boolean restsDespiteABug(int changes, int mostSets, int mostInstances, long seed) {
        SilenceIsDone buggy = new SilenceIsDone(network(seed));
        try (ClusterReconciler reconciler = reconciler(buggy)) {
            changeAtRandom(reconciler, changes, mostSets, mostInstances, seed);
            int rounds = 0;
            while (!isAtRest() && rounds < MANY_ROUNDS) {
                round(reconciler);
                rounds++;
            }
            return rounds < MANY_ROUNDS;
        }
    }

    private UnreliableCluster network(long seed) {
        UnreliableCluster seen = new UnreliableCluster(cluster(), seed);
        seen.loseNotices();
        seen.reorder();
        return seen;
    }

    private ClusterReconciler reconciler(Cluster seen) {
        ClusterReconciler reconciler = new ClusterReconciler(sets, seen, () -> true, rows -> {}, clock);
        sets.onChange(reconciler::desiredStateChanged);
        reconciler.watch();
        return reconciler;
    }

    private void changeAtRandom(ClusterReconciler reconciler, int changes, int mostSets, int mostInstances, long seed) {
        Random random = new Random(seed);
        for (int change = 0; change < changes; change++) {
            change(random, new InstanceSetId("set-" + random.nextInt(mostSets)), mostInstances);
            round(reconciler);
        }
    }

    private void awaitRest(ClusterReconciler reconciler, UnreliableCluster network) {
        Await.until(
                "rest",
                () -> {
                    round(reconciler);
                    return isAtRest() && !network.hasLate();
                },
                () -> "rows %s, cluster %s".formatted(sets.all(), real()));
    }

    private void change(Random random, InstanceSetId set, int mostInstances) {
        switch (random.nextInt(5)) {
            case 0, 1 -> sets.want(OWNER, new InstanceSet(set, working()), 1 + random.nextInt(mostInstances));
            case 2 -> sets.scaleDown(set, random.nextInt(mostInstances), leaving(random, set));
            case 3 -> ready(set).forEach(instance -> sets.replace(instance.id()));
            default -> {
                if (random.nextBoolean()) {
                    ready(set).forEach(this::kill);
                } else {
                    sets.forget(set);
                }
            }
        }
    }

    private Set<InstanceId> leaving(Random random, InstanceSetId set) {
        List<Instance> ready = ready(set);
        return ready.isEmpty()
                ? Set.of()
                : Set.of(ready.get(random.nextInt(ready.size())).id());
    }

    private List<Instance> ready(InstanceSetId set) {
        return cluster().status(set).instances().stream()
                .filter(instance -> instance.state() == InstanceState.READY)
                .toList();
    }

    private void round(ClusterReconciler reconciler) {
        clock.pass(Duration.ofSeconds(10));
        reconciler.round();
    }

    private boolean isAtRest() {
        List<InstanceSetId> wanted =
                sets.all().stream().filter(row -> row.count() > 0).map(Row::id).toList();
        return cluster().sets().stream()
                        .sorted(Comparator.comparing(InstanceSetId::value))
                        .toList()
                        .equals(wanted)
                && sets.all().stream().allMatch(this::isAtRest);
    }

    private boolean isAtRest(Row row) {
        SetStatus real = cluster().status(row.id());
        return row.current()
                && row.observed().equals(real)
                && real.wanted() == row.count()
                && real.ready() == row.count()
                && real.living() == row.count()
                && row.desired().leaving().isEmpty();
    }

    private List<SetStatus> real() {
        return cluster().sets().stream().map(cluster()::status).toList();
    }
}
