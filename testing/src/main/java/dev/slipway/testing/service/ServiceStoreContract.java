package dev.slipway.testing.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceGeneration.Outcome;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceStore.ServiceQuery;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.domain.service.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link ServiceStore} does: run against the fake and against PostgreSQL. */
public abstract class ServiceStoreContract {

    private static final int COMMANDS = 8;

    private final ProjectId project = Services.anyProject();
    private final Model model = Services.published(project, "iris", "0.0.1");

    protected abstract ServiceStore store();

    /** Makes the model known. */
    protected abstract void put(Model model);

    protected abstract List<Event> events(ServiceId id);

    protected abstract Optional<RouteDocument> document(ServiceId id);

    /** Whether the model is named by a service and cannot be deleted. */
    protected abstract boolean isNamed(ModelId model);

    @Test
    void givesBackWhatWasWritten() {
        Service created = create("one");

        assertThat(store().find(created.id())).contains(created);
        Service changed = created.withAutoStop(new AutoStop("HOURS", 2, null).armedAt(Services.NOON))
                .withDetails(new Service.Details("eine Beschreibung", 3, "{\"kept\":1}"))
                .withTask("task-1")
                .withError("because")
                .withServing(created.asked(), Services.NOON.plusMillis(7))
                .withNumbers(new Service.Numbers(3, 2, 1, 1))
                .withState(ServiceState.CONCERNING, Services.NOON.plusSeconds(1));
        save(created.id(), service -> changed);
        assertThat(store().find(created.id())).contains(changed);
    }

    @Test
    void leavesNothingBehindWhenTheWorkThrows() {
        put(model);
        Service draft = Services.draft(project, "one", model);

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> store().create(draft, transaction -> {
            transaction.save(transaction.service());
            transaction.record(Event.normal(draft.id().value(), "key", "text", Services.NOON));
            throw new IllegalStateException("crash");
        }));

        assertThat(store().find(draft.id())).isEmpty();
        assertThat(events(draft.id())).isEmpty();
        assertThat(document(draft.id())).isEmpty();
    }

    @Test
    void refusesANameTwiceInAProjectUntilItsServiceIsDeleted() {
        Service first = create("one");

        assertThatExceptionOfType(Conflict.class)
                .isThrownBy(() -> create("one"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_NAME_TAKEN))
                .withMessageContaining("'one'");
        ProjectId other = Services.anyProject();
        create(Services.draft(other, "one", published(other)));

        save(first.id(), service -> service.withState(ServiceState.DELETED, Services.NOON));
        assertThat(create("one").id()).isNotEqualTo(first.id());
    }

    @Test
    void refusesAChangeOfAnUnknownService() {
        assertThatExceptionOfType(NotFound.class)
                .isThrownBy(() -> store().change(ServiceId.random(), ServiceTransaction::service))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNKNOWN));
    }

    @Test
    void countsEveryCommandThoughManyComeAtOnce() throws InterruptedException, ExecutionException {
        Service created = create("one");
        List<Future<?>> commands = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(COMMANDS)) {
            for (int i = 0; i < COMMANDS; i++) {
                commands.add(executor.submit(() -> save(
                        created.id(),
                        service -> service.asking(
                                Wanted.STOPPED, service.asked(), ServiceState.STOPPING, Services.NOON))));
            }
            for (Future<?> command : commands) {
                command.get();
            }
        }
        assertThat(store().find(created.id()))
                .hasValueSatisfying(
                        service -> assertThat(service.numbers().generation()).isEqualTo(1 + COMMANDS));
    }

    @Test
    void keepsTheFirstOutcomeOfAGeneration() {
        Service created = create("one");
        store().change(created.id(), transaction -> {
            transaction.settle(1, Outcome.FAIL, "too slow");
            return 0;
        });
        store().change(created.id(), transaction -> {
            transaction.settle(1, Outcome.SUCCESS, null);
            assertThat(transaction.generation(1).outcome()).isEqualTo(Outcome.FAIL);
            return 0;
        });
        assertThat(store().updateRecords(created.id())).singleElement().satisfies(record -> assertThat(record.cause())
                .isEqualTo("too slow"));
    }

    @Test
    void listsUpdateRecordsNewestFirstAndNoStarts() {
        Service created = create("one");
        store().change(created.id(), transaction -> {
            transaction.add(generation(created, 2, false));
            transaction.add(generation(created, 3, true));
            return 0;
        });
        assertThat(store().updateRecords(created.id()))
                .extracting(ServiceGeneration::generation)
                .containsExactly(3L, 1L);
    }

    @Test
    void writesAnEventOnce() {
        Service created = create("one");
        for (String text : List.of("first", "second")) {
            store().change(created.id(), transaction -> {
                transaction.record(Event.abnormal(created.id().value(), "key", text, "cause", "advice", Services.NOON));
                return 0;
            });
        }
        assertThat(events(created.id())).singleElement().satisfies(event -> {
            assertThat(event.info()).isEqualTo("first");
            assertThat(event.cause()).isEqualTo("cause");
        });
    }

    @Test
    void locksOnlyModelsOfTheProject() {
        Service created = create("one");
        ProjectId other = Services.anyProject();
        Model foreign = published(other);

        assertThat(store().<Model>change(created.id(), transaction -> transaction.lockModel(model.id())))
                .isEqualTo(model);
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(
                        () -> store().<Model>change(created.id(), transaction -> transaction.lockModel(foreign.id())))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_OF_SERVICE_UNKNOWN));
    }

    @Test
    void namesModelsOfTheAskedAndTheServingConfiguration() {
        Service created = create("one");
        Model next = Services.published(project, "iris", "0.0.2");
        put(next);
        ServiceConfig nextConfig =
                new ServiceConfig(List.of(Services.entry(next, new InstanceSetId("service-x-g2-e0"), 1, 100)));

        save(created.id(), service -> service.withServing(service.asked(), Services.NOON)
                .withAsked(Wanted.RUNNING, nextConfig));
        assertThat(isNamed(model.id())).isTrue();
        assertThat(isNamed(next.id())).isTrue();

        save(created.id(), service -> service.withServing(nextConfig, Services.NOON));
        assertThat(isNamed(model.id())).isFalse();

        save(created.id(), service -> service.withState(ServiceState.DELETED, Services.NOON));
        assertThat(isNamed(next.id())).isFalse();
    }

    @Test
    void rendersTheRouteDocumentOnlyWhenItDiffers() {
        Service created = create("one");
        InstanceSetId set = created.asked().entries().getFirst().set();
        InstanceId instance = new InstanceId(set, 0, 1);
        assertThat(document(created.id())).hasValueSatisfying(document -> {
            assertThat(document.revision()).isEqualTo(1);
            assertThat(document.open()).isFalse();
            assertThat(document.project()).isEqualTo(project);
        });

        routes(created, transaction -> {
            transaction.routes().enter(set, 0, "iris 0.0.1", 100);
            transaction.routes().ready(instance, new Address.Tcp("127.0.0.1", 4711));
            transaction.routes().open(true);
        });
        assertThat(document(created.id())).hasValueSatisfying(document -> {
            assertThat(document.revision()).isEqualTo(2);
            assertThat(document.open()).isTrue();
            assertThat(document.versions()).singleElement().satisfies(version -> {
                assertThat(version.weight()).isEqualTo(100);
                assertThat(version.endpoints())
                        .containsExactly(new RouteDocument.Endpoint(instance, new Address.Tcp("127.0.0.1", 4711)));
            });
        });

        routes(created, transaction -> transaction.routes().ready(instance, new Address.Tcp("127.0.0.1", 4711)));
        assertThat(document(created.id()))
                .hasValueSatisfying(document -> assertThat(document.revision()).isEqualTo(2));
    }

    @Test
    void rendersTheHeadersThatAServiceLetsPass() {
        Service created = create("one");
        assertThat(document(created.id())).hasValueSatisfying(document -> assertThat(document.hostHeaders())
                .isEmpty());

        save(
                created.id(),
                service -> service.withDetails(new Service.Details(
                        null, 2, "{\"additional_properties\":{\"response_headers\":[\"Set-Cookie\",\"Alt-Svc\"]}}")));
        assertThat(document(created.id())).hasValueSatisfying(document -> {
            assertThat(document.revision()).isEqualTo(2);
            assertThat(document.hostHeaders()).containsExactly("Set-Cookie", "Alt-Svc");
        });

        save(created.id(), service -> service.withDetails(new Service.Details("a text", 2, "{}")));
        assertThat(document(created.id())).hasValueSatisfying(document -> assertThat(document.hostHeaders())
                .isEmpty());
    }

    @Test
    void neverTakesBackADrain() {
        Service created = create("one");
        InstanceSetId set = created.asked().entries().getFirst().set();
        InstanceId instance = new InstanceId(set, 0, 1);
        Address address = new Address.Tcp("127.0.0.1", 4711);
        routes(created, transaction -> {
            transaction.routes().ready(instance, address);
            assertThat(transaction.routes().rows().instances()).isEmpty();
            transaction.routes().enter(set, 0, "iris 0.0.1", 100);
            transaction.routes().ready(instance, address);
            transaction.routes().drain(instance);
        });
        routes(created, transaction -> transaction.routes().ready(instance, address));

        Service now = store().find(created.id()).orElseThrow();
        assertThat(store().routes(now).instances()).singleElement().satisfies(row -> assertThat(row.draining())
                .isTrue());
        assertThat(document(created.id()))
                .hasValueSatisfying(document ->
                        assertThat(document.versions().getFirst().endpoints()).isEmpty());

        routes(created, transaction -> transaction.routes().gone(instance));
        assertThat(store().routes(now).instances()).isEmpty();
        routes(created, transaction -> transaction.routes().leave(set));
        assertThat(store().routes(now).sets()).isEmpty();
    }

    @Test
    void readsManyAtOnce() {
        Service one = create("one");
        Service two = create("two");
        InstanceSetId set = two.asked().entries().getFirst().set();
        routes(two, transaction -> {
            transaction.routes().enter(set, 0, "iris 0.0.1", 100);
            transaction.routes().ready(new InstanceId(set, 0, 1), new Address.Tcp("127.0.0.1", 4711));
            transaction.routes().open(true);
        });
        ServiceId unknown = ServiceId.random();
        List<ServiceId> all = List.of(one.id(), two.id(), unknown);

        assertThat(store().find(all))
                .extracting(Service::id)
                .isSortedAccordingTo(Comparator.comparing(ServiceId::value))
                .containsExactlyInAnyOrder(one.id(), two.id());
        assertThat(store().routes(all))
                .isEqualTo(Map.of(
                        one.id(),
                        store().routes(one),
                        two.id(),
                        store().routes(two),
                        unknown,
                        new RouteRows(false, List.of(), List.of())));
        assertThat(store().routes(two).instances()).hasSize(1);
        assertThat(store().routes(two).open()).isTrue();
    }

    @Test
    void removesTheRouteDocumentOfADeletedService() {
        Service created = create("one");
        save(created.id(), service -> service.withState(ServiceState.DELETED, Services.NOON));
        assertThat(document(created.id())).isEmpty();
    }

    @Test
    void listsByFilterOrderAndPage() {
        Service one = create("one");
        Service two = create("two");
        save(two.id(), service -> service.withState(ServiceState.RUNNING, Services.NOON));
        Service three = create("three");
        save(three.id(), service -> service.withState(ServiceState.DELETED, Services.NOON));

        assertThat(list(query(null, null, null)).total()).isEqualTo(2);
        assertThat(list(query("WO", null, null)).services())
                .extracting(Service::name)
                .containsExactly("two");
        assertThat(list(query(null, ServiceState.RUNNING, null)).services())
                .extracting(Service::id)
                .containsExactly(two.id());
        assertThat(list(query(null, null, model.id().value())).total()).isEqualTo(2);
        assertThat(list(new ServiceQuery(
                                null, null, null, null, null, InferType.REAL_TIME, null, "service_name", true, 1, 1))
                        .services())
                .extracting(Service::name)
                .containsExactly("two");
        assertThat(store().list(Services.anyProject(), query(null, null, null)).total())
                .isZero();
        assertThat(list(new ServiceQuery(
                                one.id().value(), null, "one", null, "0", null, null, "publish_at", false, 0, 10))
                        .total())
                .isEqualTo(1);
    }

    @Test
    void findsWhatTheSweeperLooksFor() {
        Service created = create("one");
        assertThat(store().untakenSince(Services.NOON, null, 1000))
                .contains(store().find(created.id()).orElseThrow());
        assertThat(store().untakenSince(Services.NOON.minusMillis(1), null, 1000))
                .extracting(Service::id)
                .doesNotContain(created.id());

        assertThat(store().untakenSince(Services.NOON, created.id(), 1000))
                .extracting(Service::id)
                .doesNotContain(created.id());

        save(created.id(), service -> service.taking(1));
        assertThat(store().untakenSince(Services.NOON, null, 1000))
                .extracting(Service::id)
                .doesNotContain(created.id());
        assertThat(store().unsettled(null, 1000)).extracting(Service::id).contains(created.id());
        assertThat(store().unsettled(created.id(), 1000))
                .extracting(Service::id)
                .doesNotContain(created.id());
        assertThat(store().observed(List.of(created.id(), ServiceId.random()))).isEqualTo(Map.of(created.id(), 0L));
        assertThat(store().serving()).extracting(Service::id).doesNotContain(created.id());

        ServiceGeneration first = generation(created, 1, true);
        save(created.id(), service -> service.settledServing(first, Services.NOON)
                .withAutoStop(new AutoStop("MINUTES", 1, null).armedAt(Services.NOON)));
        assertThat(store().serving()).extracting(Service::id).contains(created.id());
        assertThat(store().unsettled(null, 1000)).extracting(Service::id).doesNotContain(created.id());
        assertThat(store().observed(List.of(created.id()))).isEqualTo(Map.of(created.id(), 1L));
        assertThat(store().dueAt(Services.NOON.plusSeconds(59), null, 1000)).doesNotContain(created.id());
        assertThat(store().dueAt(Services.NOON.plusSeconds(60), null, 1000)).contains(created.id());
        assertThat(store().dueAt(Services.NOON.plusSeconds(60), created.id(), 1000))
                .doesNotContain(created.id());

        save(created.id(), service -> service.asking(
                        Wanted.STOPPED, service.asked(), ServiceState.STOPPING, Services.NOON)
                .settledDown(2, ServiceState.STOPPED, null, Services.NOON));
        assertThat(store().serving()).extracting(Service::id).doesNotContain(created.id());
        assertThat(store().unsettled(null, 1000)).extracting(Service::id).doesNotContain(created.id());
    }

    private ServiceStore.ServicePage list(ServiceQuery query) {
        return store().list(project, query);
    }

    private static ServiceQuery query(
            @Nullable String namePart, @Nullable ServiceState state, @Nullable String modelId) {
        return new ServiceQuery(null, namePart, null, modelId, null, null, state, "publish_at", false, 0, 1000);
    }

    private Model published(ProjectId owner) {
        Model made = Services.published(owner, "iris", "0.0.1");
        put(made);
        return made;
    }

    private Service create(String name) {
        put(model);
        return create(Services.draft(project, name, model));
    }

    private Service create(Service draft) {
        return store().create(draft, transaction -> {
            transaction.add(generation(draft, 1, true));
            transaction.save(draft);
            return transaction.service();
        });
    }

    private Service save(ServiceId id, UnaryOperator<Service> change) {
        return store().change(id, transaction -> {
            transaction.save(change.apply(transaction.service()));
            return transaction.service();
        });
    }

    private void routes(Service service, Consumer<ServiceTransaction> work) {
        store().change(service.id(), transaction -> {
            work.accept(transaction);
            return 0;
        });
    }

    private static ServiceGeneration generation(Service service, long number, boolean changesConfig) {
        return new ServiceGeneration(
                service.id(),
                number,
                Wanted.RUNNING,
                service.asked(),
                changesConfig,
                Outcome.RUNNING,
                null,
                Services.NOON);
    }
}
