package dev.slipway.worker.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.rollout.RolloutOutcome;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.instance.Wait;
import io.temporal.activity.Activity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutStoryTests {

    private static final String V1 = "iris 0.0.1";
    private static final String V2 = "iris 0.0.2";

    @Test
    void startsAllInstancesAndOpensTheRoutes() {
        try (World world = new World()) {
            ServiceId id = world.create("iris", world.entry("0.0.1", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.routed(id)).isEqualTo(Map.of(V1, 2));
            assertThat(world.document(id).open()).isTrue();
            assertThat(world.placesHeld(id)).isEqualTo(2);
            assertThat(world.events.texts(id.value()))
                    .containsSubsequence(
                            "Start to deploy service.",
                            "[iris 0.0.1] schedule resource success",
                            "[iris 0.0.1] starting model",
                            "Service iris started successfully.");
        }
    }

    @Test
    void replacesOldByNewInWavesWithoutCuttingARequest() {
        try (World world = serving(3)) {
            ServiceId id = only(world);
            AtomicInteger most = watchMost(world, id);
            world.update(id, world.entry("0.0.2", 3, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.routed(id)).isEqualTo(Map.of(V2, 3));
            assertThat(world.living(id)).isEqualTo(Map.of(V2, 3L));
            assertThat(world.cutOff).isEmpty();
            assertThat(most.get()).isEqualTo(4);
            assertThat(world.placesHeld(id)).isEqualTo(3);
            assertThat(world.service(id).numbers().serving()).isEqualTo(2);
            assertThat(outcome(world, id, 2)).isEqualTo(ServiceGeneration.Outcome.SUCCESS);
        }
    }

    @Test
    void rollsBackWhenTheNewVersionCannotStart() {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            world.cluster.failStarts(V2, 3, "THRESHOLD: expected a number, found 'high'");
            world.update(id, world.entry("0.0.2", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertWhollyOld(world, id);
            assertThat(outcome(world, id, 2)).isEqualTo(ServiceGeneration.Outcome.FAIL);
            assertThat(world.services.generation(id, 2).cause()).contains("expected a number, found 'high'");
            assertThat(world.events.texts(id.value()))
                    .containsSubsequence(
                            "Updating service.",
                            "Failed to update service, rollback it.",
                            "Failed to update service, rollback succeeded.");
        }
    }

    @Test
    void rollsBackWhenANewInstanceCrashesAfterItWasReady() {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            AtomicInteger bakes = new AtomicInteger();
            world.interruption = call -> {
                // In the second wave one old instance has left already and has to come back.
                if (call.equals("bake") && bakes.incrementAndGet() == 2) {
                    world.cluster.crash(firstOf(world, id, "g2"));
                }
            };
            world.update(id, world.entry("0.0.2", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertWhollyOld(world, id);
            assertThat(world.services.generation(id, 2).cause()).contains("ended after it was ready");
        }
    }

    @Test
    void failsAFirstStartThatCannotStart() {
        try (World world = new World()) {
            world.cluster.failStarts(V1, 3, "no such module");
            ServiceId id = world.create("iris", world.entry("0.0.1", 1, 100));
            world.awaitState(id, ServiceState.FAILED);
            assertThat(world.wanted(id)).isEmpty();
            assertThat(world.living(id)).isEmpty();
            assertThat(world.placesHeld(id)).isZero();
            assertThat(world.service(id).error()).contains("no such module");
            assertThat(world.events.texts(id.value())).contains("Service iris started failed.");
        }
    }

    @Test
    void stopEndsARolloutInTheMiddle() {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            world.cluster.holdStarts();
            world.update(id, world.entry("0.0.2", 2, 100));
            Wait.until("new instances start", () -> world.living(id).containsKey(V2), () -> world.living(id));
            world.want(id, Wanted.STOPPED);
            world.awaitState(id, ServiceState.STOPPED);
            assertNothingLeft(world, id);
            assertThat(world.cutOff).isEmpty();
            assertThat(world.rollouts
                            .find(id, 2)
                            .map(RolloutStore.Row::settled)
                            .orElseThrow()
                            .outcome())
                    .isEqualTo(RolloutOutcome.CANCELLED);
            assertThat(world.events.texts(id.value())).doesNotContain("Failed to update service, rollback it.");
        }
    }

    @Test
    void stopsAndStartsAgainWithTheSameConfiguration() {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            world.want(id, Wanted.STOPPED);
            world.awaitState(id, ServiceState.STOPPED);
            assertNothingLeft(world, id);
            assertThat(world.document(id).open()).isFalse();
            world.want(id, Wanted.RUNNING);
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.routed(id)).isEqualTo(Map.of(V1, 2));
            assertThat(world.events.texts(id.value())).contains("Service stopped.");
        }
    }

    @Test
    void deletesAllOfIt() {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            world.door.delete(world.project, List.of(id));
            world.awaitState(id, ServiceState.DELETED);
            assertNothingLeft(world, id);
            assertThat(world.services.document(id)).isEmpty();
            assertThat(world.services.names(world.model("0.0.1").id())).isFalse();
        }
    }

    @Test
    void waitsForPlacesAndGoesOnWhenTheyComeFree() {
        try (World world = new World(2, UnaryOperator.identity())) {
            ServiceId first = world.create("first", world.entry("0.0.1", 2, 100));
            world.awaitState(first, ServiceState.RUNNING);
            ServiceId second = world.create("second", world.entry("0.0.1", 1, 100));
            Wait.until("second waits", () -> world.service(second).state() == ServiceState.WAITING, () -> world.service(
                            second)
                    .state());
            assertThat(world.events.texts(second.value())).contains("Lack of resources, transform state to waiting.");
            world.want(first, Wanted.STOPPED);
            world.awaitState(second, ServiceState.RUNNING);
        }
    }

    @Test
    void stopEndsAWait() {
        try (World world = new World(1, UnaryOperator.identity())) {
            ServiceId first = world.create("first", world.entry("0.0.1", 1, 100));
            world.awaitState(first, ServiceState.RUNNING);
            ServiceId second = world.create("second", world.entry("0.0.1", 1, 100));
            Wait.until("second waits", () -> world.service(second).state() == ServiceState.WAITING, () -> world.service(
                            second)
                    .state());
            world.want(second, Wanted.STOPPED);
            world.awaitState(second, ServiceState.STOPPED);
            assertThat(world.placesHeld(second)).isZero();
        }
    }

    @Test
    void changesWeightsWithoutStartingAnything() {
        try (World world = new World()) {
            ServiceId id = world.create("iris", world.entry("0.0.1", 1, 70), world.entry("0.0.2", 1, 30));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.weights(id)).isEqualTo(Map.of(V1, 70, V2, 30));
            world.update(id, world.entry("0.0.1", 1, 20), world.entry("0.0.2", 1, 80));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.weights(id)).isEqualTo(Map.of(V1, 20, V2, 80));
            assertThat(world.rollouts.find(id, 2)).isEmpty();
        }
    }

    @Test
    void startsOrDrainsTheDifferenceOfTheCount() {
        try (World world = serving(1)) {
            ServiceId id = only(world);
            Set<InstanceId> before = world.gateways.mayServe(id.value());
            world.update(id, world.entry("0.0.1", 3, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.routed(id)).isEqualTo(Map.of(V1, 3));
            assertThat(world.gateways.mayServe(id.value())).containsAll(before);
            world.update(id, world.entry("0.0.1", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.routed(id)).isEqualTo(Map.of(V1, 2));
            assertThat(world.living(id)).isEqualTo(Map.of(V1, 2L));
            assertThat(world.placesHeld(id)).isEqualTo(2);
            assertThat(world.cutOff).isEmpty();
        }
    }

    @Test
    void upgradesASplitTogether() {
        try (World world = new World()) {
            ServiceId id = world.create("iris", world.entry("0.0.1", 2, 70), world.entry("0.0.2", 1, 30));
            world.awaitState(id, ServiceState.RUNNING);
            world.update(id, world.entry("0.0.3", 2, 60), world.entry("0.0.4", 2, 40));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.weights(id)).isEqualTo(Map.of("iris 0.0.3", 60, "iris 0.0.4", 40));
            assertThat(world.routed(id)).isEqualTo(Map.of("iris 0.0.3", 2, "iris 0.0.4", 2));
            assertThat(world.cutOff).isEmpty();
        }
    }

    @Test
    void holdsForAGatewayThatCannotBeReachedHoweverOldItsLease() {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            world.gateways.register("lost", Instant.EPOCH);
            world.gateways.mayServe(id.value());
            world.gateways.cutOff("lost");
            world.update(id, world.entry("0.0.2", 2, 100));
            Wait.until(
                    "an event names the gateway",
                    () -> world.events.texts(id.value()).stream().anyMatch(text -> text.contains("gateway lost")),
                    () -> world.events.texts(id.value()));
            assertThat(world.service(id).state()).isEqualTo(ServiceState.DEPLOYING);
            assertThat(world.living(id)).containsEntry(V1, 2L);
            assertThat(advice(world, id)).contains("./slipway gateway forget lost");
            world.gateways.reconnect("lost");
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.cutOff).isEmpty();
            assertThat(world.routed(id)).isEqualTo(Map.of(V2, 2));
        }
    }

    @Test
    void waitsForRequestsThatAreOpen() {
        try (World world = serving(1)) {
            ServiceId id = only(world);
            InstanceId old = world.gateways.mayServe(id.value()).iterator().next();
            world.gateways.begin("g1", old);
            AtomicBoolean drains = new AtomicBoolean();
            world.interruption = call -> drains.compareAndSet(false, call.equals("lower"));
            world.update(id, world.entry("0.0.2", 1, 100));
            Wait.until("old drains", drains::get, () -> world.events.texts(id.value()));
            Wait.until(
                    "old is out of the routes", () -> world.routed(id).equals(Map.of(V2, 1)), () -> world.routed(id));
            assertThat(world.living(id)).containsEntry(V1, 1L);
            world.gateways.end("g1", old);
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.cutOff).isEmpty();
        }
    }

    @Test
    void goesOnFromTheRowsWhenTemporalIsWipedInARollout() {
        try (World world = serving(3)) {
            ServiceId id = only(world);
            AtomicInteger raises = new AtomicInteger();
            AtomicBoolean second = new AtomicBoolean();
            world.interruption = call -> {
                if (call.equals("raise") && raises.incrementAndGet() == 2) {
                    world.cluster.holdStarts();
                    second.set(true);
                }
            };
            world.update(id, world.entry("0.0.2", 3, 100));
            Wait.until(
                    "second wave",
                    () -> second.get() && world.living(id).getOrDefault(V2, 0L) == 2,
                    () -> world.living(id));
            world.loseTemporal(id);
            world.cluster.letStart();
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.routed(id)).isEqualTo(Map.of(V2, 3));
            assertThat(world.living(id)).isEqualTo(Map.of(V2, 3L));
            assertThat(world.cutOff).isEmpty();
        }
    }

    @Test
    void goesBackToWhatWasThereWhenTemporalIsWipedAndTheNewVersionIsBad() {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            world.cluster.holdStarts();
            world.update(id, world.entry("0.0.2", 2, 100));
            Wait.until("new instances start", () -> world.living(id).containsKey(V2), () -> world.living(id));
            world.loseTemporal(id);
            world.cluster.failStarts(V2, 3, "bad");
            world.cluster.letStart();
            world.awaitState(id, ServiceState.RUNNING);
            assertWhollyOld(world, id);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void cancelledInAnyStepItEndsWhollyOldOrWhollyNew(int step) {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            AtomicInteger calls = new AtomicInteger();
            AtomicBoolean cancelled = new AtomicBoolean();
            world.interruption = call -> {
                if (calls.incrementAndGet() == step) {
                    cancelled.set(true);
                    world.cancelRollout(id, 2);
                    if (Set.of("awaitReady", "bake", "lower").contains(call)) {
                        awaitCancellation();
                    }
                }
            };
            world.update(id, world.entry("0.0.2", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(cancelled).isTrue();
            assertThat(world.cutOff).isEmpty();
            if (world.service(id).numbers().serving() == 2) {
                assertThat(step).isGreaterThan(10);
                assertThat(world.living(id)).isEqualTo(Map.of(V2, 2L));
            } else {
                assertWhollyOld(world, id);
            }
        }
    }

    private static void awaitCancellation() {
        Wait.until(
                "the activity is cancelled",
                () -> {
                    Activity.getExecutionContext().heartbeat(null);
                    return false;
                },
                () -> "no cancellation");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void lostBeforeAnyStepItEndsWhollyNew(int step) {
        try (World world = serving(2)) {
            ServiceId id = only(world);
            AtomicInteger calls = new AtomicInteger();
            AtomicBoolean reached = new AtomicBoolean();
            world.interruption = call -> {
                if (calls.incrementAndGet() == step) {
                    reached.set(true);
                    throw new IllegalStateException("the process dies here");
                }
                if (reached.get() && calls.get() > step) {
                    throw new IllegalStateException("dead");
                }
            };
            world.update(id, world.entry("0.0.2", 2, 100));
            Wait.until("the step is reached", reached::get, calls::get);
            world.interruption = call -> {};
            world.loseTemporal(id);
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.living(id)).isEqualTo(Map.of(V2, 2L));
            assertThat(world.routed(id)).isEqualTo(Map.of(V2, 2));
            assertThat(world.cutOff).isEmpty();
        }
    }

    /** The control of the zero: with the acknowledgement planted away the same upgrade cuts requests. */
    @Test
    void withoutAcknowledgementRequestsWouldBeCut() {
        try (World world = new World(8, NeverHolding::new)) {
            world.gateways.register("g1", Instant.now());
            ServiceId id = world.create("iris", world.entry("0.0.1", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            world.gateways.mayServe(id.value());
            world.gateways.cutOff("g1");
            world.update(id, world.entry("0.0.2", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.cutOff).isNotEmpty();
        }
    }

    /** The other control: a gateway whose lease has expired serves on, and who takes that for its death cuts its requests. */
    @Test
    void takingAnExpiredLeaseForDeathRequestsWouldBeCut() {
        try (World world = new World(8, LeaseIsDeath::new)) {
            world.gateways.register("lost", Instant.EPOCH);
            ServiceId id = world.create("iris", world.entry("0.0.1", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            world.gateways.mayServe(id.value());
            world.gateways.cutOff("lost");
            world.update(id, world.entry("0.0.2", 2, 100));
            world.awaitState(id, ServiceState.RUNNING);
            assertThat(world.cutOff).isNotEmpty();
        }
    }

    @Test
    void staysWithinItsHistory() {
        try (World world = serving(3)) {
            ServiceId id = only(world);
            world.update(id, world.entry("0.0.2", 3, 100));
            world.awaitState(id, ServiceState.RUNNING);
            int waves = 3;
            int rest = 30;
            assertThat(world.rolloutOf(id, 2).getEvents().size()).isLessThanOrEqualTo(25 * waves + rest);
        }
    }

    private static World serving(int instances) {
        World world = new World();
        world.gateways.register("g1", Instant.now());
        ServiceId id = world.create("iris", world.entry("0.0.1", instances, 100));
        world.awaitState(id, ServiceState.RUNNING);
        world.gateways.mayServe(id.value());
        return world;
    }

    private static ServiceId only(World world) {
        return world.services.serving().getFirst().id();
    }

    private static InstanceId firstOf(World world, ServiceId id, String generation) {
        return world.gateways.mayServe(id.value()).stream()
                .filter(instance -> instance.set().value().contains("-" + generation + "-"))
                .findFirst()
                .orElseThrow();
    }

    /** The most instances that lived at once. */
    private static AtomicInteger watchMost(World world, ServiceId id) {
        AtomicInteger most = new AtomicInteger();
        world.cluster.watch(set -> most.accumulateAndGet(
                world.living(id).values().stream().mapToInt(Long::intValue).sum(), Math::max));
        return most;
    }

    private static ServiceGeneration.Outcome outcome(World world, ServiceId id, long generation) {
        return world.services.generation(id, generation).outcome();
    }

    private static String advice(World world, ServiceId id) {
        return world.events.of(id.value()).stream()
                .filter(event -> event.info().contains("gateway lost"))
                .map(Event::advice)
                .findFirst()
                .orElseThrow();
    }

    private static void assertWhollyOld(World world, ServiceId id) {
        assertThat(world.living(id)).isEqualTo(Map.of(V1, 2L));
        assertThat(world.routed(id)).isEqualTo(Map.of(V1, 2));
        assertThat(world.weights(id)).isEqualTo(Map.of(V1, 100));
        assertThat(world.wanted(id)).hasSize(1);
        assertThat(world.placesHeld(id)).isEqualTo(2);
        assertThat(world.service(id).numbers().serving()).isEqualTo(1);
        assertThat(world.cutOff).isEmpty();
    }

    private static void assertNothingLeft(World world, ServiceId id) {
        assertThat(world.wanted(id)).isEmpty();
        assertThat(world.living(id)).isEmpty();
        assertThat(world.placesHeld(id)).isZero();
    }

    /** The gateways, seen wrongly. */
    private abstract static class Misread implements Gateways {

        final Gateways real;

        Misread(Gateways real) {
            this.real = real;
        }

        @Override
        public List<Registered> registered() {
            return real.registered();
        }

        @Override
        public List<Bond> bonds(String gatewayId) {
            return real.bonds(gatewayId);
        }

        @Override
        public void forget(String gatewayId, Consumer<Bond> released) {
            real.forget(gatewayId, released);
        }

        @Override
        public void bury(GatewayIdentity dead) {
            real.bury(dead);
        }

        @Override
        public List<GatewayReport.VersionCount> counts(String service) {
            return real.counts(service);
        }
    }

    /** Every gateway has always let go. */
    private static final class NeverHolding extends Misread {

        NeverHolding(Gateways real) {
            super(real);
        }

        @Override
        public List<Holding> holding(String service, Set<InstanceId> leaving) {
            return List.of();
        }
    }

    /** A gateway that has not been heard of for a minute is dead. */
    private static final class LeaseIsDeath extends Misread {

        LeaseIsDeath(Gateways real) {
            super(real);
        }

        @Override
        public List<Holding> holding(String service, Set<InstanceId> leaving) {
            Instant limit = Instant.now().minus(Duration.ofMinutes(1));
            return real.holding(service, leaving).stream()
                    .filter(holding -> holding.lastSeen().isAfter(limit))
                    .toList();
        }
    }
}
