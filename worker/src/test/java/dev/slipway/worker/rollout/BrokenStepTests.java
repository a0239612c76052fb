package dev.slipway.worker.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.fault.BrokenSteps;
import dev.slipway.testing.fault.Interruption;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.service.Services;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fault in each step of a service's life in turn, for ever: an update, a bad update, a stop and a deletion each come to a legal end, and
 * an event tells of it.
 */
class BrokenStepTests {

    private static final Set<ServiceState> LEGAL_ENDS =
            EnumSet.of(ServiceState.RUNNING, ServiceState.CONCERNING, ServiceState.FAILED);

    /** Called only where old instances have left before the new ones fail: without room for a surge they make room first. */
    private static final Set<String> WITHOUT_ROOM =
            Set.of("WaveActivities.drained", "WaveActivities.restoreOld", "WaveActivities.areOldBack");

    /** Those that need another course of events; each but the first has a test of its own here. */
    private static final Set<String> NOT_MET_HERE = Set.of(
            // Called after the time-out of a deployment, which is three minutes at least: it is broken in the tests of
            // the workflow.
            "WaveActivities.timeOut",
            // Broken with the end of a job.
            "ServiceActivities.batchEnded",
            "ServiceActivities.stopWhenDue",
            "ServiceActivities.awaitSettled",
            "ServiceActivities.share",
            "ServiceActivities.report",
            "ServiceActivities.startedAgain",
            "ServiceActivities.giveUp");

    static Stream<String> steps() {
        return BrokenSteps.SERVICE.without(NOT_MET_HERE);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void endsLegallyWhateverStepIsBroken(String broken) {
        boolean room = !WITHOUT_ROOM.contains(broken);
        try (RolloutFixture fixture = new RolloutFixture(room ? 8 : 2, UnaryOperator.identity(), 1)) {
            Set<String> met = ConcurrentHashMap.newKeySet();
            fixture.gateways.register("g1", Instant.now());
            ServiceId id = fixture.create("iris", fixture.entry("0.0.1", 2, 100));
            fixture.awaitState(id, ServiceState.RUNNING);
            fixture.gateways.mayServe(id.value());
            fixture.fault = fault(met, broken);

            fixture.update(id, entry(fixture, "0.0.2", room));
            awaitLegalEnd(fixture, id, 2);
            fixture.cluster.failStarts("iris 0.0.3", 3, "it cannot start");
            fixture.update(id, entry(fixture, "0.0.3", room));
            awaitLegalEnd(fixture, id, 3);
            assertThat(fixture.cutOff).isEmpty();

            fixture.want(id, Wanted.STOPPED);
            fixture.awaitState(id, ServiceState.STOPPED);
            fixture.commands.delete(fixture.project, List.of(id));
            fixture.awaitState(id, ServiceState.DELETED);

            assertThat(met).containsExactly(broken);
            assertThat(fixture.events.of(id.value())).anySatisfy(event -> assertTells(event, broken));
        }
    }

    private static Interruption fault(Set<String> met, String... broken) {
        return call -> {
            if (List.of(broken).contains(call)) {
                met.add(call);
                throw new IllegalStateException("'%s' is broken".formatted(call));
            }
        };
    }

    private static ServiceId running(RolloutFixture fixture, EntryRequest... entries) {
        ServiceId id = fixture.create("iris", entries);
        fixture.awaitState(id, ServiceState.RUNNING);
        return id;
    }

    private static void remove(RolloutFixture fixture, ServiceId id) {
        fixture.commands.delete(fixture.project, List.of(id));
        fixture.awaitState(id, ServiceState.DELETED);
    }

    /** A step that only changes weights. */
    @Test
    void endsLegallyWhereWeightsCannotBeWritten() {
        try (RolloutFixture fixture = new RolloutFixture(8, UnaryOperator.identity(), 1)) {
            Set<String> met = ConcurrentHashMap.newKeySet();
            ServiceId id = running(fixture, fixture.entry("0.0.1", 1, 60), fixture.entry("0.0.2", 1, 40));
            fixture.fault = fault(met, "ServiceActivities.share");

            fixture.update(id, fixture.entry("0.0.1", 1, 30), fixture.entry("0.0.2", 1, 70));
            awaitLegalEnd(fixture, id, 2);

            assertThat(met).isNotEmpty();
            assertThat(fixture.events.of(id.value()))
                    .anySatisfy(event -> assertTells(event, "ServiceActivities.share"));
            remove(fixture, id);
        }
    }

    /** While not even the end of what cannot be done can be written, it is tried again after pauses, and a command is heard. */
    @Test
    void goesOnWhenTheEndCanBeWrittenAgain() {
        try (RolloutFixture fixture = new RolloutFixture(8, UnaryOperator.identity(), 1)) {
            Set<String> met = ConcurrentHashMap.newKeySet();
            ServiceId id = running(fixture, fixture.entry("0.0.1", 1, 60), fixture.entry("0.0.2", 1, 40));
            fixture.fault = fault(met, "ServiceActivities.share", "ServiceActivities.giveUp");
            fixture.update(id, fixture.entry("0.0.1", 1, 30), fixture.entry("0.0.2", 1, 70));
            Await.until("both are met", () -> met.size() == 2, () -> met);

            fixture.fault = call -> {};
            fixture.want(id, Wanted.STOPPED);

            fixture.awaitState(id, ServiceState.STOPPED);
            remove(fixture, id);
        }
    }

    /** What cannot be told is not told; the rest is done. */
    @Test
    void stopsWhereAFailureCannotBeTold() {
        try (RolloutFixture fixture = new RolloutFixture(8, UnaryOperator.identity(), 1)) {
            Set<String> met = ConcurrentHashMap.newKeySet();
            ServiceId id = running(fixture, fixture.entry("0.0.1", 1, 100));
            fixture.fault = fault(met, "InstanceActivities.releaseSlots", "ServiceActivities.report");

            fixture.want(id, Wanted.STOPPED);
            fixture.awaitState(id, ServiceState.STOPPED);

            assertThat(met).containsExactlyInAnyOrder("InstanceActivities.releaseSlots", "ServiceActivities.report");
            remove(fixture, id);
        }
    }

    @Test
    void goesOnWhereItCannotBeToldThatARolloutIsStartedAgain() {
        try (RolloutFixture fixture = RolloutFixture.onServer(1)) {
            Set<String> met = ConcurrentHashMap.newKeySet();
            ServiceId id = running(fixture, fixture.entry("0.0.1", 1, 100));
            fixture.cluster.holdStarts();
            fixture.update(id, fixture.entry("0.0.2", 1, 100));
            Await.until("new instances start", () -> fixture.cluster.sets().size() == 2, fixture.cluster::sets);
            fixture.fault = fault(met, "ServiceActivities.startedAgain");
            fixture.terminateRollout(id, 2);
            Await.until("it is met", () -> !met.isEmpty(), () -> fixture.service(id));
            fixture.cluster.letStart();

            fixture.awaitState(id, ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of("iris 0.0.2", 1));
            assertThat(fixture.events.of(id.value()))
                    .anySatisfy(event -> assertTells(event, "ServiceActivities.startedAgain"));
            remove(fixture, id);
        }
    }

    /** The sweeper of due auto-stops asks for the stop too, so it is only told. */
    @Test
    void goesOnServingWhereADueStopCannotBeAskedFor() {
        try (RolloutFixture fixture = new RolloutFixture(8, UnaryOperator.identity(), 1)) {
            Set<String> met = ConcurrentHashMap.newKeySet();
            ServiceId id = running(fixture, fixture.entry("0.0.1", 1, 100));
            fixture.fault = fault(met, "ServiceActivities.stopWhenDue");
            fixture.services.change(id, transaction -> {
                transaction.save(transaction.service().withAutoStop(new AutoStop("HOURS", 1, Instant.now())));
                return true;
            });
            fixture.update(id, fixture.entry("0.0.2", 1, 100));
            Await.until("the stop is due", () -> !met.isEmpty(), () -> fixture.service(id));

            Await.until(
                    "an event",
                    () -> fixture.events.of(id.value()).stream()
                            .anyMatch(event -> String.valueOf(event.cause()).contains("stopWhenDue' is broken")),
                    () -> fixture.events.texts(id.value()));
            fixture.want(id, Wanted.STOPPED);
            fixture.awaitState(id, ServiceState.STOPPED);
            remove(fixture, id);
        }
    }

    /** The run before was lost; its rollout goes on. */
    @Test
    void endsLegallyWhereTheRolloutOfALostRunCannotBeAwaited() {
        try (RolloutFixture fixture = new RolloutFixture(8, UnaryOperator.identity(), 1)) {
            Set<String> met = ConcurrentHashMap.newKeySet();
            ServiceId id = running(fixture, fixture.entry("0.0.1", 1, 100));
            fixture.cluster.holdStarts();
            fixture.update(id, fixture.entry("0.0.2", 1, 100));
            Await.until("new instances start", () -> fixture.cluster.sets().size() == 2, fixture.cluster::sets);
            fixture.fault = fault(met, "ServiceActivities.awaitSettled");
            fixture.loseRunOf(id);
            Await.until("it is met", () -> !met.isEmpty(), () -> fixture.service(id));
            fixture.cluster.letStart();

            awaitLegalEnd(fixture, id, 2);
            assertThat(fixture.events.of(id.value()))
                    .anySatisfy(event -> assertTells(event, "ServiceActivities.awaitSettled"));
            remove(fixture, id);
        }
    }

    private static EntryRequest entry(RolloutFixture fixture, String version, boolean room) {
        EntryRequest entry = fixture.entry(version, 2, 100);
        return room ? entry : Services.withRolling(entry, new RollingLimits(1, 1, 240));
    }

    private static void awaitLegalEnd(RolloutFixture fixture, ServiceId id, long generation) {
        Await.until(
                "generation %d has a legal end".formatted(generation),
                () -> fixture.service(id).numbers().observed() == generation
                        && LEGAL_ENDS.contains(fixture.service(id).state()),
                () -> "%s %s %s"
                        .formatted(
                                fixture.service(id).state(),
                                fixture.service(id).numbers(),
                                fixture.events.texts(id.value())));
    }

    private static void assertTells(Event event, String broken) {
        assertThat(event.type()).isEqualTo(EventType.ABNORMAL);
        assertThat(String.valueOf(event.cause())).contains("'%s' is broken".formatted(broken));
        assertThat(event.advice()).isNotNull();
    }
}
