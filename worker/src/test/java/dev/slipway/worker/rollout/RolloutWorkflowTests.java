package dev.slipway.worker.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.rollout.RolloutOutcome;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore.ServiceQuery;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.rollout.VersionHealth;
import dev.slipway.workflows.contract.service.ServiceStep;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutWorkflowTests {

    private static final String V1 = "iris 0.0.1";
    private static final String V2 = "iris 0.0.2";
    /** In seconds. */
    private static final int SHORTEST_DRAIN = 30;

    @Test
    void startsAllInstancesAndOpensTheRoutes() {
        try (RolloutFixture fixture = new RolloutFixture()) {
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 2));
            assertThat(fixture.document(id).open()).isTrue();
            assertThat(fixture.slotsHeld(id)).isEqualTo(2);
            assertThat(fixture.events.texts(id.value()))
                    .containsSubsequence(
                            "Start to deploy service.",
                            "[iris 0.0.1] schedule resource success",
                            "[iris 0.0.1] starting model",
                            "Service iris started successfully.");
        }
    }

    @Test
    void replacesOldByNewInWavesWithoutCuttingARequest() {
        try (RolloutFixture fixture = serving(3)) {
            ServiceId id = only(fixture);
            AtomicInteger most = watchMost(fixture, id);
            fixture.update(id, fixture.entry("0.0.2", 3, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 3));
            assertThat(fixture.living(id)).isEqualTo(Map.of(V2, 3L));
            assertThat(fixture.cutOff).isEmpty();
            assertThat(most.get()).isEqualTo(4);
            assertThat(fixture.slotsHeld(id)).isEqualTo(3);
            assertThat(fixture.service(id).numbers().serving()).isEqualTo(2);
            assertThat(outcome(fixture, id, 2)).isEqualTo(ServiceGeneration.Outcome.SUCCESS);
        }
    }

    @Test
    void rollsBackWhenTheNewVersionCannotStart() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            fixture.cluster.failStarts(V2, 3, "THRESHOLD: expected a number, found 'high'");
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertWhollyOld(fixture, id);
            assertThat(outcome(fixture, id, 2)).isEqualTo(ServiceGeneration.Outcome.FAIL);
            assertThat(fixture.services.generation(id, 2).cause()).contains("expected a number, found 'high'");
            assertThat(fixture.events.texts(id.value()))
                    .containsSubsequence(
                            "Updating service.",
                            "Failed to update service, rollback it.",
                            "Failed to update service, rollback succeeded.");
        }
    }

    @Test
    void rollsBackWhenANewInstanceCrashesAfterItWasReady() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            AtomicInteger shifts = new AtomicInteger();
            fixture.interruption = call -> {
                // In the second wave one old instance has left already and has to come back.
                if (call.equals("shiftTraffic") && shifts.incrementAndGet() == 2) {
                    fixture.cluster.crash(firstOf(fixture, id, "g2"));
                }
            };
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertWhollyOld(fixture, id);
            assertThat(fixture.services.generation(id, 2).cause()).contains("ended after it was ready");
        }
    }

    @Test
    void failsAFirstStartThatCannotStart() {
        try (RolloutFixture fixture = new RolloutFixture()) {
            fixture.cluster.failStarts(V1, 3, "no such module");
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 1, 100));
            fixture.awaitState(id, ServiceState.FAILED);
            assertThat(fixture.wanted(id)).isEmpty();
            assertThat(fixture.living(id)).isEmpty();
            assertThat(fixture.slotsHeld(id)).isZero();
            assertThat(fixture.service(id).error()).contains("no such module");
            assertThat(fixture.events.texts(id.value())).contains("Service iris started failed.");
        }
    }

    @Test
    void timesOutWithoutALogWhereTheClusterIsAway() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            fixture.cluster.holdStarts();
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            Await.until(
                    "a new instance is observed",
                    () -> fixture.wanted(id).stream()
                            .flatMap(row -> row.observed().instances().stream())
                            .anyMatch(instance -> instance.state() == InstanceState.STARTING),
                    () -> fixture.wanted(id));
            fixture.cluster.loseLogs();
            VersionHealth health = fixture.waves().timeOut(new ServiceStep(id.value(), 2, fixture.rollout(id, 2)));

            assertThat(health.state()).isEqualTo(VersionHealth.State.TIMED_OUT);
            assertThat(health.details())
                    .contains("0 of 1 instances were ready in time", "cannot be read: the cluster does not answer");
        }
    }

    @Test
    void stopEndsARolloutInTheMiddle() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            fixture.cluster.holdStarts();
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            Await.until("new instances start", () -> fixture.living(id).containsKey(V2), () -> fixture.living(id));
            fixture.want(id, Wanted.STOPPED);
            fixture.awaitState(id, ServiceState.STOPPED);
            assertNothingLeft(fixture, id);
            assertThat(fixture.cutOff).isEmpty();
            assertThat(fixture.rollouts
                            .find(id, 2)
                            .map(RolloutStore.Row::settled)
                            .orElseThrow()
                            .outcome())
                    .isEqualTo(RolloutOutcome.CANCELLED);
            assertThat(fixture.events.texts(id.value())).doesNotContain("Failed to update service, rollback it.");
        }
    }

    @Test
    void stopWaitsForTheGatewayOfAnUndoOnlyTheDrainLimit() {
        try (RolloutFixture fixture = servingWithShortDrain()) {
            ServiceId id = only(fixture);
            holdUndo(fixture, id);
            fixture.want(id, Wanted.STOPPED);
            awaitCancelled(fixture, id);
            Await.until(
                    "the stop does not wait longer for the gateway",
                    Duration.ofSeconds(SHORTEST_DRAIN + 15),
                    () -> fixture.service(id).state() == ServiceState.STOPPED,
                    () -> fixture.events.texts(id.value()));
            assertNothingLeft(fixture, id);
        }
    }

    @Test
    void deletionEndsAnUndoThatAGatewayHolds() {
        try (RolloutFixture fixture = servingWithShortDrain()) {
            ServiceId id = only(fixture);
            holdUndo(fixture, id);
            fixture.commands.delete(fixture.project, List.of(id));
            awaitCancelled(fixture, id);
            fixture.gateways.reconnect("g1");
            fixture.awaitState(id, ServiceState.DELETED);
            assertNothingLeft(fixture, id);
            assertThat(fixture.cutOff).isEmpty();
        }
    }

    /** The second new instance is bad, and a gateway that is cut off may still send requests to the first. */
    private static void holdUndo(RolloutFixture fixture, ServiceId id) {
        AtomicInteger shifts = new AtomicInteger();
        fixture.interruption = call -> {
            if (call.equals("shiftTraffic") && shifts.incrementAndGet() == 2) {
                InstanceId first = firstOf(fixture, id, "g2");
                fixture.gateways.cutOff("g1");
                fixture.cluster.status(first.set()).instances().stream()
                        .map(Instance::id)
                        .filter(other -> !other.equals(first))
                        .forEach(fixture.cluster::crash);
            }
        };
        fixture.update(id, withShortDrain(fixture.entry("0.0.2", 2, 100)));
        Await.until(
                "an event names the gateway that holds the undo",
                () -> fixture.events.texts(id.value()).contains("Failed to update service, rollback it.")
                        && fixture.events
                                .texts(id.value())
                                .contains("Waiting for gateway g1 to release old instances."),
                () -> fixture.events.texts(id.value()));
    }

    @Test
    void stopEndsAnUndoThatWaitsForOldInstances() {
        try (RolloutFixture fixture = new RolloutFixture(2, UnaryOperator.identity())) {
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            fixture.cluster.failStarts(V2, 3, "no such module");
            AtomicBoolean waits = new AtomicBoolean();
            fixture.interruption = call -> {
                if (call.equals("restoreOld")) {
                    fixture.cluster.holdStarts();
                }
                waits.compareAndSet(false, call.equals("areOldBack"));
            };
            fixture.update(
                    id, Services.withRolling(fixture.entry("0.0.2", 2, 100), new RollingLimits(1, 1, SHORTEST_DRAIN)));
            Await.until("it waits for old instances", waits::get, () -> fixture.events.texts(id.value()));
            fixture.want(id, Wanted.STOPPED);
            fixture.awaitState(id, ServiceState.STOPPED);
            assertNothingLeft(fixture, id);
        }
    }

    @Test
    void stopsAndStartsAgainWithTheSameConfiguration() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            fixture.want(id, Wanted.STOPPED);
            fixture.awaitState(id, ServiceState.STOPPED);
            assertNothingLeft(fixture, id);
            assertThat(fixture.document(id).open()).isFalse();
            fixture.want(id, Wanted.RUNNING);
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 2));
            assertThat(fixture.events.texts(id.value())).contains("Service stopped.");
        }
    }

    @Test
    void deletesAllOfIt() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            fixture.commands.delete(fixture.project, List.of(id));
            fixture.awaitState(id, ServiceState.DELETED);
            assertNothingLeft(fixture, id);
            assertThat(fixture.services.document(id)).isEmpty();
            assertThat(fixture.services.names(fixture.model("0.0.1").id())).isFalse();
        }
    }

    @Test
    void waitsForSlotsAndGoesOnWhenTheyComeFree() {
        try (RolloutFixture fixture = new RolloutFixture(2, UnaryOperator.identity())) {
            ServiceId first = fixture.create("first", fixture.entry("0.0.1", 2, 100));
            fixture.awaitState(first, ServiceState.RUNNING);
            ServiceId second = fixture.create("second", fixture.entry("0.0.1", 1, 100));
            Await.until(
                    "second waits",
                    () -> fixture.service(second).state() == ServiceState.WAITING,
                    () -> fixture.service(second).state());
            assertThat(fixture.events.texts(second.value())).contains("Lack of resources, transform state to waiting.");
            fixture.want(first, Wanted.STOPPED);
            fixture.awaitState(second, ServiceState.RUNNING);
        }
    }

    @Test
    void whoeverLooksAtAServiceOrAtARequestInTemporalSeesThatItWaits() {
        try (RolloutFixture fixture = new RolloutFixture(1, UnaryOperator.identity())) {
            ServiceId first = fixture.create("first", fixture.entry("0.0.1", 1, 100));
            fixture.awaitState(first, ServiceState.RUNNING);
            WorkflowStub request = fixture.requestDeployment("second", "0.0.1", 1);
            Await.until(
                    "the request shows that it waits",
                    () -> RolloutFixture.statusIn(fixture.historyOf(request)).equals("waiting"),
                    () -> RolloutFixture.statusIn(fixture.historyOf(request)));
            assertThat(RolloutFixture.answersIn(fixture.historyOf(request)))
                    .last()
                    .asString()
                    .contains("is waiting: 1 slots of", "0 free, position 1");
            ServiceId second = fixture.services
                    .list(fixture.project, ServiceQuery.named("second"))
                    .services()
                    .getFirst()
                    .id();
            Await.until(
                    "the service's workflow shows that it waits",
                    () -> RolloutFixture.statusIn(fixture.lifeOf(second)).equals("waiting"),
                    () -> RolloutFixture.statusIn(fixture.lifeOf(second)));

            fixture.want(first, Wanted.STOPPED);

            fixture.awaitState(second, ServiceState.RUNNING);
            assertThat(request.getResult(RequestResult.class).status()).isEqualTo("running");
            assertThat(RolloutFixture.statusIn(fixture.historyOf(request))).isEqualTo("running");
        }
    }

    @Test
    void stopEndsAWait() {
        try (RolloutFixture fixture = new RolloutFixture(1, UnaryOperator.identity())) {
            ServiceId first = fixture.create("first", fixture.entry("0.0.1", 1, 100));
            fixture.awaitState(first, ServiceState.RUNNING);
            ServiceId second = fixture.create("second", fixture.entry("0.0.1", 1, 100));
            Await.until(
                    "second waits",
                    () -> fixture.service(second).state() == ServiceState.WAITING,
                    () -> fixture.service(second).state());
            fixture.want(second, Wanted.STOPPED);
            fixture.awaitState(second, ServiceState.STOPPED);
            assertThat(fixture.slotsHeld(second)).isZero();
        }
    }

    @Test
    void changesWeightsWithoutStartingAnything() {
        try (RolloutFixture fixture = new RolloutFixture()) {
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 1, 70), fixture.entry("0.0.2", 1, 30));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.weights(id)).isEqualTo(Map.of(V1, 70, V2, 30));
            fixture.update(id, fixture.entry("0.0.1", 1, 20), fixture.entry("0.0.2", 1, 80));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.weights(id)).isEqualTo(Map.of(V1, 20, V2, 80));
            assertThat(fixture.rollouts.find(id, 2)).isEmpty();
        }
    }

    @Test
    void refusesAtOnceWhatNeverFits() {
        try (RolloutFixture fixture = new RolloutFixture(2, UnaryOperator.identity())) {
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThatThrownBy(() -> fixture.update(id, fixture.entry("0.0.2", 2, 100)))
                    .isInstanceOf(NoCapacity.class)
                    .hasMessageContaining("has 2 slots for specification '%s'".formatted(Services.FLAVOR))
                    .hasMessageContaining("needs 3 at once");
            assertThat(fixture.service(id).state()).isEqualTo(ServiceState.RUNNING);
            assertThat(fixture.service(id).numbers().generation()).isEqualTo(1);

            // What makes room first fits, and so does another count of the same.
            fixture.update(id, Services.withRolling(fixture.entry("0.0.2", 2, 100), new RollingLimits(1, 1, 240)));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 2));
        }
    }

    @Test
    void movesToAnotherFlavorWhenItsOwnIsGoneFromTheSettings() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            Flavor renamed = new Flavor("renamed.2u", 2, 8192, "CPU");
            fixture.restartWith(
                    new Pools(List.of(new Pool(Services.POOL, List.of(new Pool.PoolFlavor(renamed, 8))))), id);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 2));

            EntryRequest before = fixture.entry("0.0.2", 2, 100);
            assertThatThrownBy(() -> fixture.update(id, before)).isInstanceOf(Invalid.class);
            fixture.update(id, Services.withSpecification(before, "renamed.2u"));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 2));
            assertThat(fixture.service(id).numbers().serving()).isEqualTo(2);
            assertThat(fixture.cutOff).isEmpty();
            fixture.want(id, Wanted.STOPPED);
            fixture.awaitState(id, ServiceState.STOPPED);
            assertThat(fixture.living(id)).isEmpty();
        }
    }

    @Test
    void startsOrDrainsTheDifferenceOfTheCount() {
        try (RolloutFixture fixture = serving(1)) {
            ServiceId id = only(fixture);
            Set<InstanceId> before = fixture.gateways.mayServe(id.value());
            fixture.update(id, fixture.entry("0.0.1", 3, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 3));
            assertThat(fixture.gateways.mayServe(id.value())).containsAll(before);
            fixture.update(id, fixture.entry("0.0.1", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 2));
            assertThat(fixture.living(id)).isEqualTo(Map.of(V1, 2L));
            assertThat(fixture.slotsHeld(id)).isEqualTo(2);
            assertThat(fixture.cutOff).isEmpty();
        }
    }

    @Test
    void upgradesASplitTogether() {
        try (RolloutFixture fixture = new RolloutFixture()) {
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 2, 70), fixture.entry("0.0.2", 1, 30));
            fixture.awaitState(id, ServiceState.RUNNING);
            fixture.update(id, fixture.entry("0.0.3", 2, 60), fixture.entry("0.0.4", 2, 40));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.weights(id)).isEqualTo(Map.of("iris 0.0.3", 60, "iris 0.0.4", 40));
            assertThat(fixture.routed(id)).isEqualTo(Map.of("iris 0.0.3", 2, "iris 0.0.4", 2));
            assertThat(fixture.cutOff).isEmpty();
        }
    }

    @Test
    void holdsForAGatewayThatCannotBeReachedHoweverOldItsLease() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            fixture.gateways.register("lost", Instant.EPOCH);
            fixture.gateways.mayServe(id.value());
            fixture.gateways.cutOff("lost");
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            Await.until(
                    "an event names the gateway",
                    () -> fixture.events.texts(id.value()).stream().anyMatch(text -> text.contains("gateway lost")),
                    () -> fixture.events.texts(id.value()));
            assertThat(fixture.service(id).state()).isEqualTo(ServiceState.DEPLOYING);
            assertThat(fixture.living(id)).containsEntry(V1, 2L);
            assertThat(advice(fixture, id)).contains("./slipway gateway forget lost");
            fixture.gateways.reconnect("lost");
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.cutOff).isEmpty();
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 2));
        }
    }

    @Test
    void waitsForRequestsThatAreOpen() {
        try (RolloutFixture fixture = serving(1)) {
            ServiceId id = only(fixture);
            InstanceId old = fixture.gateways.mayServe(id.value()).iterator().next();
            fixture.gateways.begin("g1", old);
            AtomicBoolean drains = new AtomicBoolean();
            fixture.interruption = call -> drains.compareAndSet(false, call.equals("drainOld"));
            fixture.update(id, fixture.entry("0.0.2", 1, 100));
            Await.until("old drains", drains::get, () -> fixture.events.texts(id.value()));
            Await.until(
                    "old is out of the routes",
                    () -> fixture.routed(id).equals(Map.of(V2, 1)),
                    () -> fixture.routed(id));
            assertThat(fixture.living(id)).containsEntry(V1, 1L);
            fixture.gateways.end("g1", old);
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.cutOff).isEmpty();
        }
    }

    @Test
    void goesOnFromTheRowsWhenTemporalIsWipedInARollout() {
        try (RolloutFixture fixture = serving(3)) {
            ServiceId id = only(fixture);
            AtomicInteger scaleUps = new AtomicInteger();
            AtomicBoolean second = new AtomicBoolean();
            fixture.interruption = call -> {
                if (call.equals("scaleUp") && scaleUps.incrementAndGet() == 2) {
                    fixture.cluster.holdStarts();
                    second.set(true);
                }
            };
            fixture.update(id, fixture.entry("0.0.2", 3, 100));
            Await.until(
                    "second wave",
                    () -> second.get() && fixture.living(id).getOrDefault(V2, 0L) == 2,
                    () -> fixture.living(id));
            fixture.loseTemporal(id);
            fixture.cluster.letStart();
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 3));
            assertThat(fixture.living(id)).isEqualTo(Map.of(V2, 3L));
            assertThat(fixture.cutOff).isEmpty();
        }
    }

    @Test
    void goesOnWhereItWasWhenItsWorkflowIsTerminated() {
        try (RolloutFixture fixture = servingOnServer(3)) {
            ServiceId id = only(fixture);
            holdSecondWave(fixture, id, 3);
            fixture.terminateRollout(id, 2);
            awaitStartedAgain(fixture, id);
            fixture.cluster.letStart();
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 3));
            assertThat(fixture.living(id)).isEqualTo(Map.of(V2, 3L));
            assertThat(fixture.cutOff).isEmpty();
            assertThat(outcome(fixture, id, 2)).isEqualTo(ServiceGeneration.Outcome.SUCCESS);
        }
    }

    /** Old instances have left already, which the new run has to know without having ended them. */
    @Test
    void goesBackWhollyWhenItWasTerminatedAndTheNewVersionIsBad() {
        try (RolloutFixture fixture = servingOnServer(3)) {
            ServiceId id = only(fixture);
            holdSecondWave(fixture, id, 3);
            fixture.terminateRollout(id, 2);
            awaitStartedAgain(fixture, id);
            fixture.cluster.failStarts(V2, 3, "bad");
            fixture.cluster.letStart();
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 3));
            assertThat(fixture.living(id)).isEqualTo(Map.of(V1, 3L));
            assertThat(outcome(fixture, id, 2)).isEqualTo(ServiceGeneration.Outcome.FAIL);
        }
    }

    @Test
    void aStopEndsAServiceWhoseRolloutWasTerminated() {
        try (RolloutFixture fixture = servingOnServer(2)) {
            ServiceId id = only(fixture);
            fixture.cluster.holdStarts();
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            Await.until("new instances start", () -> fixture.living(id).containsKey(V2), () -> fixture.living(id));
            fixture.terminateRollout(id, 2);
            fixture.want(id, Wanted.STOPPED);
            fixture.awaitState(id, ServiceState.STOPPED);
            assertNothingLeft(fixture, id);
        }
    }

    private static void holdSecondWave(RolloutFixture fixture, ServiceId id, int instances) {
        AtomicInteger scaleUps = new AtomicInteger();
        AtomicBoolean second = new AtomicBoolean();
        fixture.interruption = call -> {
            if (call.equals("scaleUp") && scaleUps.incrementAndGet() == 2) {
                fixture.cluster.holdStarts();
                second.set(true);
            }
        };
        fixture.update(id, fixture.entry("0.0.2", instances, 100));
        Await.until(
                "second wave",
                () -> second.get() && fixture.living(id).getOrDefault(V2, 0L) == 2,
                () -> fixture.living(id));
    }

    private static void awaitStartedAgain(RolloutFixture fixture, ServiceId id) {
        Await.until(
                "it is started again",
                () -> fixture.events
                        .texts(id.value())
                        .contains(
                                "The workflow of the rollout of service iris is gone; it is started again and goes on with what is not done."),
                () -> fixture.events.texts(id.value()));
    }

    @Test
    void hearsOfTheEndOfARolloutThatALostRunHasBegun() {
        try (RolloutFixture fixture = serving(1)) {
            ServiceId id = only(fixture);
            fixture.cluster.holdStarts();
            fixture.update(id, fixture.entry("0.0.2", 1, 100));
            Await.until("new instances start", () -> fixture.living(id).containsKey(V2), () -> fixture.living(id));
            fixture.loseRunOf(id);
            Await.until(
                    "the new run waits for it",
                    () -> fixture.waitsForItsGeneration(id),
                    () -> fixture.events.texts(id.value()));
            fixture.cluster.letStart();
            fixture.awaitState(id, ServiceState.RUNNING);

            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 1));
            Await.until("nobody is woken any more", () -> !fixture.waits(id), () -> fixture.service(id));
        }
    }

    @Test
    void goesBackToWhatWasThereWhenTemporalIsWipedAndTheNewVersionIsBad() {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            fixture.cluster.holdStarts();
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            Await.until("new instances start", () -> fixture.living(id).containsKey(V2), () -> fixture.living(id));
            fixture.loseTemporal(id);
            fixture.cluster.failStarts(V2, 3, "bad");
            fixture.cluster.letStart();
            fixture.awaitState(id, ServiceState.RUNNING);
            assertWhollyOld(fixture, id);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void cancelledInAnyStepItEndsWhollyOldOrWhollyNew(int step) {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            AtomicInteger calls = new AtomicInteger();
            AtomicReference<String> cancelled = new AtomicReference<>("");
            fixture.interruption = call -> {
                if (calls.incrementAndGet() == step) {
                    cancelled.set(call);
                    fixture.cancelRollout(id, 2);
                }
            };
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(cancelled.get()).isNotEmpty();
            assertThat(fixture.cutOff).isEmpty();
            if (fixture.service(id).numbers().serving() == 2) {
                assertThat(cancelled.get()).isIn("end", "keepSlots", "conclude");
                assertThat(fixture.living(id)).isEqualTo(Map.of(V2, 2L));
            } else {
                assertWhollyOld(fixture, id);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void lostBeforeAnyStepItEndsWhollyNew(int step) {
        try (RolloutFixture fixture = serving(2)) {
            ServiceId id = only(fixture);
            AtomicInteger calls = new AtomicInteger();
            AtomicBoolean reached = new AtomicBoolean();
            fixture.interruption = call -> {
                if (calls.incrementAndGet() == step) {
                    reached.set(true);
                    throw new IllegalStateException("the process dies here");
                }
                if (reached.get() && calls.get() > step) {
                    throw new IllegalStateException("dead");
                }
            };
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            Await.until("the step is reached", reached::get, calls::get);
            fixture.interruption = call -> {};
            fixture.loseTemporal(id);
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.living(id)).isEqualTo(Map.of(V2, 2L));
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 2));
            assertThat(fixture.cutOff).isEmpty();
        }
    }

    /** The control of the zero: with the acknowledgement planted away the same upgrade cuts requests. */
    @Test
    void withoutAcknowledgementRequestsWouldBeCut() {
        try (RolloutFixture fixture = new RolloutFixture(8, NeverHolding::new)) {
            fixture.gateways.register("g1", Instant.now());
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            fixture.gateways.mayServe(id.value());
            fixture.gateways.cutOff("g1");
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.cutOff).isNotEmpty();
        }
    }

    /** The other control: a gateway whose lease has expired serves on, and who takes that for its death cuts its requests. */
    @Test
    void takingAnExpiredLeaseForDeathRequestsWouldBeCut() {
        try (RolloutFixture fixture = new RolloutFixture(8, LeaseIsDeath::new)) {
            fixture.gateways.register("lost", Instant.EPOCH);
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            fixture.gateways.mayServe(id.value());
            fixture.gateways.cutOff("lost");
            fixture.update(id, fixture.entry("0.0.2", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.cutOff).isNotEmpty();
        }
    }

    @Test
    void staysWithinItsHistory() {
        try (RolloutFixture fixture = serving(3)) {
            ServiceId id = only(fixture);
            fixture.update(id, fixture.entry("0.0.2", 3, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            int waves = 3;
            int rest = 30;
            assertThat(fixture.rolloutOf(id, 2).getEvents().size()).isLessThanOrEqualTo(75 * waves + rest);
        }
    }

    private static RolloutFixture servingOnServer(int instances) {
        return serving(RolloutFixture.onServer(5), fixture -> fixture.entry("0.0.1", instances, 100));
    }

    private static RolloutFixture serving(int instances) {
        return serving(new RolloutFixture(), fixture -> fixture.entry("0.0.1", instances, 100));
    }

    private static RolloutFixture servingWithShortDrain() {
        return serving(new RolloutFixture(), fixture -> withShortDrain(fixture.entry("0.0.1", 2, 100)));
    }

    private static EntryRequest withShortDrain(EntryRequest entry) {
        return Services.withRolling(entry, new RollingLimits(1, 0, SHORTEST_DRAIN));
    }

    private static RolloutFixture serving(RolloutFixture fixture, Function<RolloutFixture, EntryRequest> entry) {
        fixture.gateways.register("g1", Instant.now());
        ServiceId id = fixture.create("iris", entry.apply(fixture));
        fixture.awaitState(id, ServiceState.RUNNING);
        fixture.gateways.mayServe(id.value());
        return fixture;
    }

    private static ServiceId only(RolloutFixture fixture) {
        return fixture.services.serving().getFirst().id();
    }

    private static InstanceId firstOf(RolloutFixture fixture, ServiceId id, String generation) {
        return fixture.gateways.mayServe(id.value()).stream()
                .filter(instance -> instance.set().value().contains("-" + generation + "-"))
                .findFirst()
                .orElseThrow();
    }

    /** The most instances that lived at once. */
    private static AtomicInteger watchMost(RolloutFixture fixture, ServiceId id) {
        AtomicInteger most = new AtomicInteger();
        fixture.cluster.watch(set -> most.accumulateAndGet(
                fixture.living(id).values().stream().mapToInt(Long::intValue).sum(), Math::max));
        return most;
    }

    private static ServiceGeneration.Outcome outcome(RolloutFixture fixture, ServiceId id, long generation) {
        return fixture.services.generation(id, generation).outcome();
    }

    private static void awaitCancelled(RolloutFixture fixture, ServiceId id) {
        Await.until(
                "the rollout has ended",
                () -> outcomeOfRollout(fixture, id) == RolloutOutcome.CANCELLED,
                () -> fixture.events.texts(id.value()));
    }

    private static @Nullable RolloutOutcome outcomeOfRollout(RolloutFixture fixture, ServiceId id) {
        RolloutStore.Settled settled =
                fixture.rollouts.find(id, 2).map(RolloutStore.Row::settled).orElse(null);
        return settled == null ? null : settled.outcome();
    }

    private static String advice(RolloutFixture fixture, ServiceId id) {
        return fixture.events.of(id.value()).stream()
                .filter(event -> event.info().contains("gateway lost"))
                .map(Event::advice)
                .findFirst()
                .orElseThrow();
    }

    private static void assertWhollyOld(RolloutFixture fixture, ServiceId id) {
        assertThat(fixture.living(id)).isEqualTo(Map.of(V1, 2L));
        assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 2));
        assertThat(fixture.weights(id)).isEqualTo(Map.of(V1, 100));
        assertThat(fixture.wanted(id)).hasSize(1);
        assertThat(fixture.slotsHeld(id)).isEqualTo(2);
        assertThat(fixture.service(id).numbers().serving()).isEqualTo(1);
        assertThat(fixture.cutOff).isEmpty();
    }

    private static void assertNothingLeft(RolloutFixture fixture, ServiceId id) {
        assertThat(fixture.wanted(id)).isEmpty();
        assertThat(fixture.living(id)).isEmpty();
        assertThat(fixture.slotsHeld(id)).isZero();
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
        public List<ServedService> servedBy(String gatewayId) {
            return real.servedBy(gatewayId);
        }

        @Override
        public void forget(String gatewayId, Consumer<ServedService> released) {
            real.forget(gatewayId, released);
        }

        @Override
        public void removeDead(GatewayIdentity dead) {
            real.removeDead(dead);
        }

        @Override
        public List<MinuteCounts> counts(String service, Instant from, Instant to) {
            return real.counts(service, from, to);
        }

        @Override
        public RequestTotals totals(String service) {
            return real.totals(service);
        }

        @Override
        public int removeCountsBefore(Instant before, int limit) {
            return real.removeCountsBefore(before, limit);
        }
    }

    /** Every gateway has always released all. */
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
