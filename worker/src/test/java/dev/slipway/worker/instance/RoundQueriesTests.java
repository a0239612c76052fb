package dev.slipway.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.instance.PostgresInstanceSetStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.part.StatementCounter;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the rounds of reconciler and watcher ask of a real database. */
class RoundQueriesTests {

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final Database database = open();
    private final PostgresServiceStore services = new PostgresServiceStore(database);
    private final PostgresInstanceSetStore sets = new PostgresInstanceSetStore(database);
    private final Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
    private final ServiceCommands commands = new ServiceCommands(services, Services.pools(1_000), lost -> {}, clock);
    private final InstanceWatcher watcher =
            new InstanceWatcher(services, sets, new InstanceLogs(new FakeCluster()), () -> true, clock);
    private final ClusterReconciler reconciler =
            new ClusterReconciler(sets, new FakeCluster(), () -> true, watcher::observed, clock);

    private static Database open() {
        TestDatabase made = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(made.url(), made.user(), made.password(), 4));
    }

    @BeforeEach
    void publish() {
        database.migrate();
        new PostgresModelStore(database).change(model.id(), transaction -> {
            transaction.insert(model);
            transaction.save(model);
            return true;
        });
        reconciler.watch();
    }

    @AfterEach
    void close() {
        reconciler.close();
        watcher.close();
        database.close();
    }

    private void serve(String name) {
        ServiceId id = commands.create(
                        Services.caller(model.project()), Services.creation(name, Services.request(model.id(), 1, 100)))
                .id();
        services.change(id, transaction -> {
            Service service = transaction.service();
            InstanceSet set =
                    new InstanceSet(service.asked().entries().getFirst().set(), Templates.labelled("iris 0.0.1"));
            sets.want(SetOwner.service(id.value()), set, 1);
            transaction.routes().enter(set.id(), 0, "iris 0.0.1", 100);
            transaction.routes().open(true);
            transaction.save(service.settledServing(transaction.generation(1), clock.instant()));
            return true;
        });
    }

    /** Of a round over all services, in which nothing is new. */
    private long statementsAtRest() {
        reconciler.desiredStateChanged();
        settle();
        clock.pass(Duration.ofMinutes(1));
        try (StatementCounter counter = new StatementCounter()) {
            reconciler.round();
            watcher.round();
            return counter.count();
        }
    }

    private void settle() {
        for (int round = 0; round < 3; round++) {
            reconciler.round();
            watcher.round();
        }
    }

    @Test
    void aRoundOverAllCostsTheSameHoweverManyServicesServe() {
        serve("first");
        long ofOne = statementsAtRest();
        for (int number = 0; number < 60; number++) {
            serve("more-" + number);
        }

        assertThat(statementsAtRest()).isEqualTo(ofOne);
        assertThat(ofOne).isBetween(1L, 10L);
    }

    /** The control: what is new of each is written of each. */
    @Test
    void whatIsNewCostsStatementsOfItsOwn() {
        for (int number = 0; number < 20; number++) {
            serve("service-" + number);
        }
        try (StatementCounter counter = new StatementCounter()) {
            settle();

            assertThat(counter.count()).isGreaterThan(20);
        }
    }
}
