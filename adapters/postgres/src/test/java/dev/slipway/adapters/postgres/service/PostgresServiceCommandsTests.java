package dev.slipway.adapters.postgres.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.service.AliasUse;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.service.ServiceCommandsContract;
import dev.slipway.testing.service.Services;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresServiceCommandsTests extends ServiceCommandsContract {

    private static final int RACES = 25;
    private static Database database = open();

    private final PostgresServiceStore store = new PostgresServiceStore(database);
    private final PostgresModelStore models = new PostgresModelStore(database);
    private final PostgresEventStore events = new PostgresEventStore(database);

    private static Database open() {
        TestDatabase test = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(test.url(), test.user(), test.password(), 8));
    }

    @BeforeAll
    static void migrate() {
        database.migrate();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Override
    protected ServiceStore store() {
        return store;
    }

    @Override
    protected void put(Model model) {
        models.change(model.id(), transaction -> {
            transaction.insert(model);
            transaction.save(model);
            return 0;
        });
    }

    @Override
    protected void moveAlias(ModelAlias alias, Model model) {
        models.change(model.id(), row -> row.moveAlias(alias));
    }

    @Test
    void aServiceIsMadeOfTheAliasBeforeOrAfterItsMoveAndIsTold() throws InterruptedException, ExecutionException {
        ServiceCommands services = new ServiceCommands(store, Services.pools(), service -> {}, Clock.systemUTC());
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < RACES; i++) {
                ProjectId project = Services.anyProject();
                ModelAlias alias = new ModelAlias("iris", "champion");
                Model first = Services.published(project, "iris", "0.0.1");
                Model second = Services.published(project, "iris", "0.0.2");
                put(first);
                put(second);
                moveAlias(alias, first);
                EntryRequest entry =
                        Services.request(first.id(), 1, 100).withModel(ModelReference.of(new AliasUse(alias, true)));
                Future<Service> made = executor.submit(
                        () -> services.create(Services.caller(project), Services.creation("raced", entry)));
                executor.submit(() -> moveAlias(alias, second)).get();

                ServiceEntry taken = made.get().asked().entries().getFirst();
                boolean isOld = taken.model().equals(first.id());
                assertThat(isOld || taken.model().equals(second.id())).isTrue();
                assertThat(store.withMovedAlias(null, 1000).contains(made.get().id()))
                        .isEqualTo(isOld);
            }
        }
    }

    @Override
    protected List<String> eventTexts(ServiceId id) {
        return events
                .list(id.value(), new EventStore.EventQuery(null, null, null, null, 0, 100, true))
                .events()
                .stream()
                .map(Event::info)
                .toList();
    }

    @Test
    void deletesAModelOrMakesAServiceOfItButNeverBoth() throws InterruptedException, ExecutionException {
        ProjectId project = Services.anyProject();
        ServiceCommands services = new ServiceCommands(store, Services.pools(), service -> {}, Clock.systemUTC());
        ModelCommands modelCommands = new ModelCommands(models, Services.pools(), model -> {}, Clock.systemUTC());
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < RACES; i++) {
                Model model = Services.published(project, "iris-" + i, "0.0.1");
                put(model);
                String name = "service-" + i;
                Future<Boolean> made = executor.submit(wins(() -> services.create(
                        Services.caller(project), Services.creation(name, Services.request(model.id(), 1, 100)))));
                Future<Boolean> deleted = executor.submit(() -> modelCommands
                        .delete(project, model.id(), false)
                        .refused()
                        .isEmpty());

                assertThat(made.get()).isNotEqualTo(deleted.get());
                assertThat(models.find(model.id()).isPresent()).isEqualTo(made.get());
            }
        }
    }

    private static Callable<Boolean> wins(Callable<?> command) {
        return () -> {
            try {
                command.call();
                return true;
            } catch (Problem refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.MODEL_OF_SERVICE_UNKNOWN);
                return false;
            }
        };
    }
}
