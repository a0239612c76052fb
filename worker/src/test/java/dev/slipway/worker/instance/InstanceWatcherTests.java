package dev.slipway.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.route.RouteRows.InstanceRow;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.rollout.InMemoryInstanceSetStore;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstanceWatcherTests {

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();
    private final Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
    private final ServiceCommands commands = new ServiceCommands(services, Services.pools(), lost -> {}, clock);
    private FakeCluster cluster = new FakeCluster();
    private InstanceWatcher watcher = new InstanceWatcher(services, sets, cluster, clock);
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
            sets.want(id, set, 2);
            transaction.routes().enter(set.id(), 0, "iris 0.0.1", 100);
            transaction.routes().open(true);
            transaction.save(transaction.service().settledServing(transaction.generation(1), clock.instant()));
            return true;
        });
        watcher.watch();
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
        clock.pass(Duration.ofSeconds(2));
        watcher.round();
    }

    /** A worker that was started anew, on the rows of the one before. */
    private void restart() {
        watcher.close();
        watcher = new InstanceWatcher(services, sets, cluster, clock);
        watcher.watch();
    }

    @Test
    void startsWhatTheRowsWantAndRoutesIt() {
        watcher.round();
        assertThat(ready()).hasSize(2);
        assertThat(document().versions().getFirst().endpoints()).hasSize(2);
        assertThat(service().state()).isEqualTo(ServiceState.RUNNING);
    }

    @Test
    void showsConcerningUntilTheInstancesAnswer() {
        cluster.holdStarts();
        watcher.round();
        assertThat(service().state()).isEqualTo(ServiceState.CONCERNING);
        assertThat(services.events(id)).last().satisfies(event -> {
            assertThat(event.type()).isEqualTo(EventType.ABNORMAL);
            assertThat(event.info()).isEqualTo("0 of 2 instances answer.");
            assertThat(event.advice()).isNotNull();
        });

        cluster.letStart();
        watcher.round();
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
        cluster.crash(crashed);
        watcher.round();
        assertThat(document().versions().getFirst().endpoints()).hasSize(1);
        assertThat(routed()).noneMatch(row -> row.id().equals(crashed));
        assertThat(service().state()).isEqualTo(ServiceState.CONCERNING);
        assertThat(services.events(id).getLast().cause()).contains("SIGKILL");
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
    void neverAppliesACountAboveTheRowAgain() {
        roundOfAll();
        services.change(id, transaction -> {
            sets.want(id, set, 1);
            return true;
        });
        roundOfAll();
        assertThat(cluster.status(set.id()).wanted()).isEqualTo(2);
    }

    @Test
    void raisesWhatTheClusterHasForgotten() {
        roundOfAll();
        cluster.remove(set.id());
        roundOfAll();
        assertThat(ready()).hasSize(2);
    }

    @Test
    void leavesAStoppingServiceAlone() {
        roundOfAll();
        commands.update(model.project(), id, ServiceUpdate.ofStatus(Wanted.STOPPED));
        cluster.remove(set.id());
        roundOfAll();
        assertThat(service().state()).isEqualTo(ServiceState.STOPPING);
        assertThat(cluster.status(set.id()).instances()).allMatch(one -> one.state() == InstanceState.EXITED);
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
}
