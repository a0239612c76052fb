package dev.slipway.worker.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.contract.rollout.RolloutActivities;
import dev.slipway.workflows.contract.rollout.WaveActivities;
import dev.slipway.workflows.contract.service.InstanceActivities;
import dev.slipway.workflows.contract.service.ServiceActivities;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
    private static final Set<String> WITHOUT_ROOM = Set.of("drained", "restoreOld", "areOldBack");

    /** Called only where a deployment takes its whole time, at a due instant, or beside a run that was lost. */
    private static final Set<String> NOT_MET_HERE =
            Set.of("timeOut", "stopWhenDue", "awaitSettled", "batchEnded", "share", "report");

    static Stream<String> steps() {
        return Stream.of(
                        ServiceActivities.class,
                        InstanceActivities.class,
                        RolloutActivities.class,
                        WaveActivities.class)
                .flatMap(type -> Stream.of(type.getMethods()))
                .map(Method::getName)
                // The end of what cannot be done: the one step that the others fall back on.
                .filter(name -> !name.equals("giveUp") && !NOT_MET_HERE.contains(name))
                .sorted()
                .distinct();
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
            fixture.fault = call -> {
                if (call.equals(broken)) {
                    met.add(call);
                    throw new IllegalStateException("'%s' is broken".formatted(call));
                }
            };

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
