package dev.slipway.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.route.RouteRows.InstanceRow;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.testing.fault.Interruption;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstanceWatcherTests {

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();
    private final Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
    private final ServiceCommands commands = new ServiceCommands(services, Services.pools(), lost -> {}, clock);
    private FakeCluster cluster = new FakeCluster();
    private boolean leads = true;
    private InstanceWatcher watcher =
            new InstanceWatcher(services, sets, new InstanceLogs(cluster), () -> leads, clock);
    private ClusterReconciler reconciler = reconciler();
    private ServiceId id = ServiceId.random();
    private InstanceSet set = new InstanceSet(new InstanceSetId("none"), Templates.labelled("iris 0.0.1"));

    /** A service that serves with two instances, as rows have it. */
    @BeforeEach
    void serve() {
        services.put(model);
        id = commands.create(
                        Services.caller(model.project()),
                        Services.creation("one", Services.request(model.id(), 2, 100)))
                .id();
        set = new InstanceSet(
                services.find(id).orElseThrow().asked().entries().getFirst().set(), Templates.labelled("iris 0.0.1"));
        services.change(id, transaction -> {
            sets.want(SetOwner.service(id.value()), set, 2);
            transaction.routes().enter(set.id(), 0, "iris 0.0.1", 100);
            transaction.routes().open(true);
            transaction.save(transaction.service().settledServing(transaction.generation(1), clock.instant()));
            return true;
        });
        watch();
    }

    private ClusterReconciler reconciler() {
        return new ClusterReconciler(sets, cluster, () -> leads, rows -> watcher.observed(rows), clock);
    }

    private void watch() {
        sets.onChange(reconciler::desiredStateChanged);
        services.onChange(watcher::serviceChanged);
        reconciler.watch();
    }

    private void round() {
        reconciler.round();
        watcher.round();
    }

    private Service service() {
        return services.find(id).orElseThrow();
    }

    private RouteDocument document() {
        return services.document(id).orElseThrow();
    }

    private List<InstanceRow> routed() {
        return services.routes(service()).instances();
    }

    private List<Instance> ready() {
        return cluster.status(set.id()).instances().stream()
                .filter(instance -> instance.state() == InstanceState.READY)
                .toList();
    }

    private void roundOfAll() {
        clock.pass(Duration.ofMinutes(1));
        round();
    }

    /** A worker that was started anew, on the rows of the one before. */
    private void restart() {
        reconciler.close();
        watcher.close();
        watcher = new InstanceWatcher(services, sets, new InstanceLogs(cluster), () -> leads, clock);
        reconciler = reconciler();
        watch();
    }

    @Test
    void startsWhatTheRowsWantAndRoutesIt() {
        round();
        assertThat(ready()).hasSize(2);
        assertThat(document().versions().getFirst().endpoints()).hasSize(2);
        assertThat(service().state()).isEqualTo(ServiceState.RUNNING);
    }

    @Test
    void showsConcerningUntilTheInstancesAnswer() {
        cluster.holdStarts();
        round();
        assertThat(service().state()).isEqualTo(ServiceState.CONCERNING);
        assertThat(services.events(id)).last().satisfies(event -> {
            assertThat(event.type()).isEqualTo(EventType.ABNORMAL);
            assertThat(event.info()).isEqualTo("0 of 2 instances answer.");
            assertThat(event.advice()).isNotNull();
        });

        cluster.letStart();
        round();
        assertThat(service().state()).isEqualTo(ServiceState.RUNNING);
        assertThat(services.eventTexts(id)).endsWith("2 of 2 instances answer.");
    }

    /** Such an instance may be stopped or hang in foreign code: it lives, and stays in the routes in case all others are gone. */
    @Test
    void showsConcerningWhileAnInstanceDoesNotAnswer() {
        roundOfAll();
        InstanceId hung = ready().getFirst().id();
        cluster.silence(hung, "it does not answer its health checks");
        round();
        round();

        assertThat(service().state()).isEqualTo(ServiceState.CONCERNING);
        assertThat(services.events(id)).last().satisfies(event -> {
            assertThat(event.info()).isEqualTo("1 of 2 instances answer.");
            assertThat(event.cause()).isEqualTo("%s: it does not answer its health checks".formatted(hung));
        });
        assertThat(routed()).filteredOn(InstanceRow::ready).hasSize(2);

        cluster.silence(hung, null);
        round();
        assertThat(service().state()).isEqualTo(ServiceState.RUNNING);
        assertThat(services.eventTexts(id)).endsWith("2 of 2 instances answer.");
    }

    @Test
    void tellsOnceWhyInstancesCannotBeStarted() {
        roundOfAll();
        cluster.loseImage(set.template().image());
        ready().forEach(instance -> cluster.crash(instance.id()));
        roundOfAll();
        roundOfAll();
        restart();
        roundOfAll();

        assertThat(service().state()).isEqualTo(ServiceState.CONCERNING);
        assertThat(services.events(id).stream()
                        .filter(event -> event.info().equals("Instances of the service cannot be started."))
                        .toList())
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.type()).isEqualTo(EventType.ABNORMAL);
                    assertThat(event.cause()).contains("no image");
                });
    }

    @Test
    void tellsEachWarningOfTheRuntimeOnceHoweverManyInstancesHaveIt() {
        cluster.warn("iris 0.0.1", "one base class", "two files");
        roundOfAll();
        roundOfAll();
        ready().forEach(instance -> cluster.crash(instance.id()));
        roundOfAll();
        restart();
        roundOfAll();

        assertThat(services.events(id))
                .filteredOn(event -> event.info().equals("The runtime has a warning about the package."))
                .extracting(Event::type, Event::cause)
                .containsExactly(
                        Assertions.tuple(EventType.NORMAL, "one base class"),
                        Assertions.tuple(EventType.NORMAL, "two files"));
    }

    @Test
    void writesNothingWhileNothingChanges() {
        roundOfAll();
        RouteDocument before = document();
        List<Event> events = services.events(id);
        Service row = service();
        roundOfAll();
        roundOfAll();
        assertThat(document()).isEqualTo(before);
        assertThat(services.events(id)).isEqualTo(events);
        assertThat(service()).isEqualTo(row);
    }

    @Test
    void takesACrashedInstanceOutBetweenTheRoundsOfAll() {
        roundOfAll();
        cluster.holdStarts();
        InstanceId crashed = ready().getFirst().id();
        cluster.print(crashed, "Traceback\nKeyError: 'MODE'\n");
        cluster.crash(crashed);
        round();
        assertThat(document().versions().getFirst().endpoints()).hasSize(1);
        assertThat(routed()).noneMatch(row -> row.id().equals(crashed));
        assertThat(service().state()).isEqualTo(ServiceState.CONCERNING);
        assertThat(services.events(id).getLast().cause())
                .contains("SIGKILL")
                .endsWith("The end of its log '/logs/%s':\nTraceback\nKeyError: 'MODE'".formatted(crashed));
    }

    @Test
    void keepsRoutesOfInstancesThatAreBeingAdopted() {
        roundOfAll();
        RouteDocument before = document();
        FakeCluster anew = new FakeCluster();
        anew.holdStarts();
        cluster = anew;
        restart();
        roundOfAll();
        assertThat(document()).isEqualTo(before);
        assertThat(service().state()).isEqualTo(ServiceState.CONCERNING);
    }

    @Test
    void endsTheVeryInstanceThatLeaves() {
        roundOfAll();
        InstanceId first = ready().getFirst().id();

        services.change(id, transaction -> {
            sets.scaleDown(set.id(), 1, Set.of(first));
            return true;
        });
        round();

        assertThat(ready()).singleElement().satisfies(left -> assertThat(left.id())
                .isNotEqualTo(first));
        assertThat(sets.find(set.id()).orElseThrow().desired().leaving()).isEmpty();
    }

    @Test
    void endsWhatNoRowWants() {
        roundOfAll();
        InstanceSetId orphan = new InstanceSetId("service-gone-g1-e0");
        cluster.apply(DesiredSet.of(new InstanceSet(orphan, Templates.labelled("gone")), 1, 1));

        roundOfAll();

        assertThat(cluster.sets()).containsExactly(set.id());
    }

    @Test
    void appliesAgainWhatTheClusterDidNotTake() {
        cluster.stopAnswering();
        roundOfAll();
        assertThat(ready()).isEmpty();

        cluster.answerAgain();
        round();

        assertThat(ready()).hasSize(2);
    }

    @Test
    void whoeverDoesNotLeadTouchesNothing() {
        leads = false;
        roundOfAll();
        assertThat(cluster.sets()).isEmpty();
        assertThat(service().state()).isEqualTo(ServiceState.RUNNING);

        leads = true;
        round();
        assertThat(ready()).hasSize(2);
    }

    @Test
    void startsAgainWhatTheClusterHasForgotten() {
        roundOfAll();
        cluster.remove(set.id());
        roundOfAll();
        assertThat(ready()).hasSize(2);
    }

    @Test
    void leavesTheStateOfADeploymentAlone() {
        cluster.holdStarts();
        services.change(id, transaction -> {
            transaction.save(transaction.service().withState(ServiceState.DEPLOYING, clock.instant()));
            return true;
        });
        roundOfAll();
        assertThat(service().state()).isEqualTo(ServiceState.DEPLOYING);
    }

    @Test
    void doesNotLetADrainingOrdinalComeBack() {
        roundOfAll();
        InstanceId leaving = ready().getLast().id();
        services.change(id, transaction -> {
            transaction.routes().drain(leaving);
            return true;
        });
        cluster.crash(leaving);
        roundOfAll();
        assertThat(document().versions().getFirst().endpoints())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.instance().ordinal()).isZero());
    }

    @Test
    void looksAtAllAgainWhenThatIsAskedForWhileItDoes() {
        List<String> calls = new ArrayList<>();
        Object asked = Interruption.before(services, ServiceStore.class, call -> {
            calls.add(call);
            if (call.equals("serving") && Collections.frequency(calls, "serving") == 1) {
                watcher.allMayHaveChanged();
            }
        });
        watcher = new InstanceWatcher((ServiceStore) asked, sets, new InstanceLogs(cluster), () -> leads, clock);

        watcher.round();
        watcher.round();
        watcher.round();

        assertThat(calls).filteredOn("serving"::equals).hasSize(2);
    }
}
