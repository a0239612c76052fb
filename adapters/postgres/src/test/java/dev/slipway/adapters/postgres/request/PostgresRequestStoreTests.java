package dev.slipway.adapters.postgres.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.access.PostgresAccountStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.request.RequestCommands;
import dev.slipway.domain.request.RequestKey;
import dev.slipway.domain.request.RequestStore;
import dev.slipway.domain.request.Started;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceStore.ServiceQuery;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.request.RequestStoreContract;
import dev.slipway.testing.service.Services;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresRequestStoreTests extends RequestStoreContract {

    private static final int AT_ONCE = 6;
    private static final Database DATABASE = open();

    private final PostgresRequestStore store = new PostgresRequestStore(DATABASE);
    private final PostgresServiceStore services = new PostgresServiceStore(DATABASE);
    private final PostgresModelStore models = new PostgresModelStore(DATABASE);
    private final ProjectId project = Services.anyProject();
    private final List<Boolean> wokenWhenSeen = Collections.synchronizedList(new ArrayList<>());
    private final RequestCommands commands = new RequestCommands(
            store,
            new ServiceCommands(services, Services.pools(), this::wake, Clock.systemUTC()),
            new ModelCommands(models, Services.pools(), model -> {}, Clock.systemUTC()));

    private static Database open() {
        TestDatabase test = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(test.url(), test.user(), test.password(), 8));
    }

    @BeforeAll
    static void migrate() {
        DATABASE.migrate();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Override
    protected RequestStore store() {
        return store;
    }

    /** Looks from another connection: a wake before the commit would wake a workflow that finds nothing. */
    private void wake(Service service) {
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            other.execute(() -> wokenWhenSeen.add(services.find(service.id()).isPresent()));
        }
    }

    @Test
    void makesOneServiceOfTheSameKeyAtTheSameMoment() throws Exception {
        EntryRequest entry = Services.batchRequest(published().id());
        RequestKey key = new RequestKey("nightly", UUID.randomUUID().toString());
        List<Started> started = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Started>> all = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(executor.submit(() ->
                        commands.runBatch(key, Services.caller(project), Services.batchCreation("nightly", entry))));
            }
            for (Future<Started> each : all) {
                started.add(each.get());
            }
        }
        assertThat(started.stream().distinct()).hasSize(1);
        Service only =
                services.list(project, ServiceQuery.named("nightly")).services().getFirst();
        assertThat(only.numbers().generation()).isEqualTo(1);
        assertThat(only.taskId()).isEqualTo(started.getFirst().taskId());
    }

    @Test
    void makesOneOfANameThatManyRequestsMakeAtTheSameMoment() throws Exception {
        EntryRequest entry = Services.batchRequest(published().id());
        List<String> refused = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Started>> all = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                RequestKey key = new RequestKey("nightly", "run-" + i + project);
                all.add(executor.submit(() ->
                        commands.runBatch(key, Services.caller(project), Services.batchCreation("nightly", entry))));
            }
            for (Future<Started> each : all) {
                try {
                    each.get();
                } catch (ExecutionException e) {
                    refused.add(String.valueOf(e.getMessage()));
                }
            }
        }
        assertThat(refused).hasSize(AT_ONCE - 1).allMatch(message -> message.contains("has not ended"));
    }

    @Test
    void leavesNeitherRowNorKeyBehindWhenTheCommitFails() {
        EntryRequest entry = Services.batchRequest(published().id());
        ServiceCommands silent = new ServiceCommands(services, Services.pools(), service -> {}, Clock.systemUTC());
        RequestKey key = new RequestKey("nightly", UUID.randomUUID().toString());
        assertThatThrownBy(() -> store.once(key, () -> {
                    silent.create(Services.caller(project), Services.batchCreation("nightly", entry));
                    throw new IllegalStateException("killed before the commit");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(services.list(project, ServiceQuery.named("nightly")).total())
                .isZero();
        Started again = commands.runBatch(key, Services.caller(project), Services.batchCreation("nightly", entry));
        assertThat(again.generation()).isEqualTo(1);
    }

    @Test
    void keepsTheFirstImportOfAKeyAndRefusesTheSameModelOfAnother() {
        RequestKey key = new RequestKey("import", UUID.randomUUID().toString());
        Started first = commands.importModel(key, Services.caller(project), Models.spec("iris", "0.0.1"));
        assertThat(commands.importModel(key, Services.caller(project), Models.spec("iris", "0.0.1")))
                .isEqualTo(first);
        RequestKey other = new RequestKey("import", UUID.randomUUID().toString());
        assertThatThrownBy(() -> commands.importModel(other, Services.caller(project), Models.spec("iris", "0.0.1")))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("exists already");
    }

    @Test
    void wakesOnceTheRowCanBeSeen() {
        EntryRequest entry = Services.batchRequest(published().id());
        RequestKey key = new RequestKey("nightly", UUID.randomUUID().toString());
        commands.runBatch(key, Services.caller(project), Services.batchCreation("nightly", entry));
        assertThat(wokenWhenSeen).containsExactly(true);
    }

    @Test
    void listsProjectsOfAllAccounts() {
        PostgresAccountStore accounts = new PostgresAccountStore(DATABASE);
        Account one = accounts.ensure("one", List.of("p"));
        Account two = accounts.ensure("two", List.of("p", "q"));
        assertThat(accounts.projects().stream().map(Project::account)).contains(one, two);
        assertThat(accounts.projects().stream().map(Project::name)).containsSubsequence("p", "p", "q");
    }

    private Model published() {
        Model model = Services.published(project, "iris-" + UUID.randomUUID(), "0.0.1");
        models.change(model.id(), transaction -> {
            transaction.insert(model);
            transaction.save(model);
            return 0;
        });
        return model;
    }
}
