package dev.slipway.testing.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetStatus;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What every cluster promises. A subclass says how to open one and which templates behave how. */
public abstract class ClusterContract {

    private static final InstanceSetId SET = new InstanceSetId("service-contract-g1-e0");

    private long revision;

    /** The cluster under test, empty at the start of each test. */
    protected abstract Cluster cluster();

    /** Becomes ready and stays. */
    protected abstract InstanceTemplate working();

    /** Ends with exit code 3 and a cause that has "wrong setting" in it. */
    protected abstract InstanceTemplate failingToLoad();

    /** Ends with another exit code before it is ready, each time. */
    protected abstract InstanceTemplate dyingBeforeItIsReady();

    /** Names an image that is not there. */
    protected abstract InstanceTemplate withoutImage();

    /** Ends the instance's process as kill -9 would. */
    protected abstract void kill(Instance instance);

    @Test
    void startsAsManyAsAreWanted() {
        apply(working(), 2);

        SetStatus status = await("two ready", found -> found.ready() == 2);

        assertThat(status.wanted()).isEqualTo(2);
        assertThat(status.failure()).isNull();
        assertThat(status.instances())
                .extracting(instance -> instance.id().ordinal())
                .containsExactly(0, 1);
        assertThat(status.instances())
                .allSatisfy(instance -> assertThat(instance.address()).isNotNull());
        assertThat(cluster().sets()).containsExactly(SET);
    }

    @Test
    void anotherApplyWithTheSameCountChangesNothing() {
        apply(working(), 2);
        List<Instance> before = await("two ready", found -> found.ready() == 2).instances();

        apply(working(), 2);

        assertThat(status().instances()).isEqualTo(before);
    }

    @Test
    void takesTheHighestOrdinalsAwayFirst() {
        apply(working(), 3);
        await("three ready", found -> found.ready() == 3);

        apply(working(), 1);

        SetStatus status = await("one left", found -> living(found).size() == 1);
        assertThat(living(status).getFirst().id().ordinal()).isZero();
        assertThat(status.instances().stream().filter(one -> one.state() == InstanceState.EXITED))
                .allMatch(Instance::stoppedByUs)
                .noneMatch(Instance::hasCrashed);
    }

    @Test
    void endsTheVeryInstancesThatLeave() {
        apply(working(), 2);
        InstanceId first = await("two ready", found -> found.ready() == 2)
                .instances()
                .getFirst()
                .id();

        apply(working(), 1, Set.of(first));
        apply(working(), 1, Set.of(first));

        SetStatus status = await("one left", found -> living(found).size() == 1);
        assertThat(status.wanted()).isEqualTo(1);
        assertThat(living(status).getFirst().id()).isNotEqualTo(first);
    }

    @Test
    void anotherTakesThePlaceOfOneThatLeavesWhileTheCountStays() {
        apply(working(), 1);
        InstanceId first = readyOne(await("ready", found -> found.ready() == 1)).id();

        apply(working(), 1, Set.of(first));

        SetStatus status = await(
                "another is ready",
                found -> living(found).size() == 1
                        && found.ready() == 1
                        && !readyOne(found).id().equals(first));
        assertThat(status.wanted()).isEqualTo(1);
    }

    @Test
    void doesNotTouchTheSuccessorOfAnInstanceThatHasGone() {
        apply(working(), 1);
        Instance first = await("ready", found -> found.ready() == 1).instances().getFirst();
        kill(first);
        InstanceId second = readyOne(await(
                        "started again",
                        found -> found.ready() == 1 && !readyOne(found).id().equals(first.id())))
                .id();

        apply(working(), 1, Set.of(first.id()));

        assertThat(status().wanted()).isEqualTo(1);
        assertThat(readyOne(status()).id()).isEqualTo(second);
    }

    @Test
    void ignoresARevisionThatIsOlder() {
        apply(working(), 2);
        await("two ready", found -> found.ready() == 2);

        cluster().apply(DesiredSet.of(new InstanceSet(SET, working()), 1, 0));

        assertThat(status().wanted()).isEqualTo(2);
        assertThat(status().ready()).isEqualTo(2);
    }

    @Test
    void aSetOfNoneEndsAndIsForgotten() {
        apply(working(), 2);
        await("two ready", found -> found.ready() == 2);

        apply(working(), 0);

        await("nothing left", found -> found.instances().isEmpty());
        Wait.until("no set", () -> cluster().sets().isEmpty(), () -> cluster().sets());
    }

    @Test
    void startsACrashedInstanceAgainUnderAnotherId() {
        apply(working(), 1);
        Instance first = await("ready", found -> found.ready() == 1).instances().getFirst();

        kill(first);

        SetStatus status = await(
                "ready again",
                found -> found.ready() == 1 && !readyOne(found).id().equals(first.id()));
        Instance gone = status.instances().getFirst();
        assertThat(gone.id()).isEqualTo(first.id());
        assertThat(gone.hasCrashed()).isTrue();
        assertThat(gone.cause()).contains("SIGKILL");
        assertThat(readyOne(status).id().ordinal()).isEqualTo(first.id().ordinal());
        assertThat(readyOne(status).id().incarnation()).isGreaterThan(first.id().incarnation());
        assertThat(status.failure()).isNull();
    }

    @Test
    void exitCodeThreeFailsTheSetAtOnceWithItsCause() {
        apply(failingToLoad(), 1);

        SetStatus status = await("failed", found -> found.failure() != null);

        assertThat(status.failure()).contains("wrong setting");
        assertThat(status.instances()).anySatisfy(instance -> {
            assertThat(instance.exitCode()).isEqualTo(3);
            assertThat(instance.cause()).contains("wrong setting");
            assertThat(instance.hasCrashed()).isTrue();
        });
    }

    @Test
    void threeExitsBeforeTheFirstReadinessFailTheSet() {
        apply(dyingBeforeItIsReady(), 1);

        SetStatus status = await("failed", found -> found.failure() != null);

        assertThat(status.ready()).isZero();
    }

    @Test
    void aMissingImageFailsTheSet() {
        apply(withoutImage(), 1);

        assertThat(await("failed", found -> found.failure() != null).failure()).contains("no image");
    }

    @Test
    void aRemovedSetDrainsAndIsForgotten() {
        apply(working(), 2);
        await("two ready", found -> found.ready() == 2);

        cluster().remove(SET);
        cluster().remove(SET);

        await("nothing left", found -> found.instances().isEmpty());
        Wait.until("no set", () -> cluster().sets().isEmpty(), () -> cluster().sets());
        assertThat(status().wanted()).isZero();
    }

    @Test
    void aRemovedSetMayComeBackAndNoIdDoes() {
        apply(working(), 1);
        InstanceId first = readyOne(await("ready", found -> found.ready() == 1)).id();
        cluster().remove(SET);

        apply(working(), 1);

        SetStatus status = await(
                "ready again",
                found -> found.ready() == 1 && !readyOne(found).id().equals(first));
        assertThat(status.wanted()).isEqualTo(1);
    }

    @Test
    void anUnknownSetHasNothing() {
        assertThat(status()).isEqualTo(new SetStatus(SET, 0, List.of(), null));
        cluster().remove(SET);
        cluster().apply(DesiredSet.of(new InstanceSet(SET, working()), 0, 1));
        assertThat(cluster().logTail(new InstanceId(SET, 0, 1), 100)).isEmpty();
    }

    @Test
    void tellsWatchersOfChangesUntilTheyLeave() throws Exception {
        Set<InstanceSetId> changed = ConcurrentHashMap.newKeySet();
        try (AutoCloseable watch = cluster().watch(changed::add)) {
            assertThat(watch).isNotNull();
            apply(working(), 1);
            await("ready", found -> found.ready() == 1);
            Wait.until("a notice of the start", () -> changed.contains(SET), () -> changed);
            changed.clear();
            cluster().remove(SET);
            Wait.until("a notice of the end", () -> changed.contains(SET), () -> changed);
        }
    }

    @Test
    void keepsTheLogOfAnInstance() {
        apply(working(), 1);
        InstanceId id = readyOne(await("ready", found -> found.ready() == 1)).id();

        Wait.until("a log", () -> !cluster().logTail(id, 1_000).isEmpty(), () -> cluster()
                .logTail(id, 1_000));

        assertThat(cluster().logTail(id, 3).length()).isLessThanOrEqualTo(3);
    }

    /** Wants so many instances of the contract's set. */
    protected void apply(InstanceTemplate template, int count) {
        apply(template, count, Set.of());
    }

    private void apply(InstanceTemplate template, int count, Set<InstanceId> leaving) {
        cluster().apply(new DesiredSet(new InstanceSet(SET, template), count, leaving, ++revision));
    }

    protected SetStatus status() {
        return cluster().status(SET);
    }

    protected SetStatus await(String expected, Predicate<SetStatus> condition) {
        Wait.until(expected, () -> condition.test(status()), this::status);
        return status();
    }

    protected static List<Instance> living(SetStatus status) {
        return status.instances().stream()
                .filter(instance -> instance.state() != InstanceState.EXITED)
                .toList();
    }

    protected static Instance readyOne(SetStatus status) {
        return status.instances().stream()
                .filter(instance -> instance.state() == InstanceState.READY)
                .findFirst()
                .orElseThrow(() -> new AssertionError("none is ready: " + status));
    }
}
