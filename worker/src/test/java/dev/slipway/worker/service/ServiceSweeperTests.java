package dev.slipway.worker.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServiceSweeperTests {

    private static final int MANY = 3_001;

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
    private final List<ServiceId> signalled = new ArrayList<>();
    private final Set<ServiceId> running = new HashSet<>();
    private final ServiceCommands commands = new ServiceCommands(services, Services.pools(), lost -> {}, clock);
    private boolean leads = true;
    private boolean temporalIsAway;

    private final ServiceSweeper sweeper =
            new ServiceSweeper(services, this::wake, service -> running.contains(service.id()), () -> leads, clock);

    ServiceSweeperTests() {
        services.put(model);
    }

    private void wake(Service service) {
        if (temporalIsAway) {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "away");
        }
        signalled.add(service.id());
    }

    private ServiceId created(String name) {
        return commands.create(
                        Services.caller(model.project()), Services.creation(name, Services.request(model.id(), 1, 100)))
                .id();
    }

    private void taken(ServiceId id) {
        services.change(id, transaction -> {
            Service service = transaction.service();
            transaction.save(service.taking(service.numbers().generation()));
            return true;
        });
    }

    @Test
    void wakesARowThatNobodyHasTakenForTwoSeconds() {
        ServiceId id = created("one");
        clock.pass(Duration.ofMillis(1_900));
        sweeper.round();
        assertThat(signalled).isEmpty();

        clock.pass(Duration.ofMillis(200));
        sweeper.round();
        assertThat(signalled).containsExactly(id);
    }

    @Test
    void wakesLessAndLessOftenWhileNobodyTakes() {
        created("one");
        clock.pass(Duration.ofSeconds(2));
        for (int second = 0; second < 60; second++) {
            sweeper.round();
            clock.pass(Duration.ofSeconds(1));
        }
        // After 0, 2, 6, 14 and 30 s.
        assertThat(signalled).hasSize(5);
    }

    @Test
    void neverWakesThroughALongRollout() {
        ServiceId id = created("one");
        sweeper.round();
        taken(id);
        running.add(id);
        for (int minute = 0; minute < 30; minute++) {
            clock.pass(Duration.ofMinutes(1));
            sweeper.round();
        }
        assertThat(signalled).isEmpty();
    }

    @Test
    void wakesATakenRowWhoseRunIsGone() {
        ServiceId id = created("one");
        sweeper.round();
        taken(id);
        clock.pass(Duration.ofSeconds(15));
        sweeper.round();
        assertThat(signalled).containsExactly(id);
    }

    @Test
    void wakesEachUnfinishedRowOnceWithTheLead() {
        ServiceId id = created("one");
        taken(id);
        running.add(id);
        leads = false;
        sweeper.round();
        assertThat(signalled).isEmpty();

        leads = true;
        sweeper.round();
        sweeper.round();
        assertThat(signalled).containsExactly(id);
    }

    @Test
    void reachesTheRowsBehindTheFirstThousands() {
        List<ServiceId> all = manyCreated();
        all.forEach(this::taken);
        running.addAll(all);
        ServiceId last = all.getLast();
        for (int round = 0; round < MANY; round++) {
            sweeper.round();
        }
        assertThat(signalled).as("each once with the lead").containsExactlyInAnyOrderElementsOf(all);

        signalled.clear();
        running.remove(last);
        clock.pass(Duration.ofSeconds(15));
        for (int round = 0; round < MANY; round++) {
            sweeper.round();
        }
        assertThat(signalled).containsExactly(last);
    }

    @Test
    void reachesTheUntakenRowsBehindThousandsThatNobodyTakes() {
        List<ServiceId> all = manyCreated();
        clock.pass(Duration.ofSeconds(2));
        for (int round = 0; round < 4; round++) {
            sweeper.round();
        }
        assertThat(signalled).containsExactlyInAnyOrderElementsOf(all);

        // The pauses between the signals of a row grow all the same.
        sweeper.round();
        assertThat(signalled).hasSize(MANY);
    }

    /** By their ids, as the sweeper goes through them. */
    private List<ServiceId> manyCreated() {
        return IntStream.range(0, MANY)
                .mapToObj(number -> created("service-" + number))
                .sorted(Comparator.comparing(ServiceId::value))
                .toList();
    }

    @Test
    void goesOnWhereItEndedWhenTemporalAnswersAgain() {
        ServiceId one = created("one");
        ServiceId two = created("two");
        taken(one);
        taken(two);
        running.addAll(List.of(one, two));
        temporalIsAway = true;
        assertThatExceptionOfType(Unavailable.class).isThrownBy(sweeper::round);

        temporalIsAway = false;
        sweeper.round();
        assertThat(signalled).containsExactlyInAnyOrder(one, two);
    }

    @Test
    void stopsAServiceThatIsDueWithoutAnyWorkflow() {
        AutoStop afterAMinute = new AutoStop("MINUTES", 1, null);
        ServiceId id = commands.create(
                        Services.caller(model.project()),
                        Services.creation("one", afterAMinute, Services.request(model.id(), 1, 100)))
                .id();
        AutoStopSweeper autoStop = new AutoStopSweeper(services, commands, () -> leads, clock);
        clock.pass(Duration.ofSeconds(59));
        autoStop.round();
        assertThat(services.find(id).orElseThrow().state()).isEqualTo(ServiceState.DEPLOYING);

        clock.pass(Duration.ofSeconds(1));
        autoStop.round();
        autoStop.round();
        assertThat(services.find(id).orElseThrow().state()).isEqualTo(ServiceState.STOPPING);
        assertThat(services.eventTexts(id))
                .containsOnlyOnce("Service stopped automatically because due time is reached.");
    }

    @Test
    void reachesTheDueServiceBehindManyThatCannotBeStopped() {
        AutoStop afterAMinute = new AutoStop("MINUTES", 1, null);
        ServiceId last = IntStream.rangeClosed(0, 1_000)
                .mapToObj(number -> commands.create(
                                Services.caller(model.project()),
                                Services.creation(
                                        "service-" + number, afterAMinute, Services.request(model.id(), 1, 100)))
                        .id())
                .max(Comparator.comparing(ServiceId::value))
                .orElseThrow();
        ServiceStore onlyLast = (ServiceStore) Proxy.newProxyInstance(
                ServiceStore.class.getClassLoader(),
                new Class<?>[] {ServiceStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("find") && !last.equals(arguments[0])) {
                        throw new IllegalStateException("this row cannot be read");
                    }
                    return method.invoke(services, arguments);
                });
        AutoStopSweeper autoStop = new AutoStopSweeper(onlyLast, commands, () -> leads, clock);
        clock.pass(Duration.ofMinutes(1));
        autoStop.round();
        assertThat(services.find(last).orElseThrow().state()).isEqualTo(ServiceState.DEPLOYING);

        autoStop.round();
        assertThat(services.find(last).orElseThrow().state()).isEqualTo(ServiceState.STOPPING);
    }
}
