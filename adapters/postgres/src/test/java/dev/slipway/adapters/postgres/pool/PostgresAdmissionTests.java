package dev.slipway.adapters.postgres.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.batch.PostgresBatchStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.batch.Tasks;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.pool.AdmissionContract;
import dev.slipway.testing.service.Services;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresAdmissionTests extends AdmissionContract {

    private static Database database = open();

    private final PostgresAdmission admission = new PostgresAdmission(database, Clock.systemUTC());
    private final PostgresServiceStore services = new PostgresServiceStore(database);
    private final PostgresModelStore models = new PostgresModelStore(database);

    private static Database open() {
        TestDatabase test = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(test.url(), test.user(), test.password(), 12));
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
    protected Admission admission(Pools pools) {
        admission.syncPools(pools);
        return admission;
    }

    @Override
    protected Holder newHolder() {
        Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
        models.change(model.id(), transaction -> {
            transaction.insert(model);
            return 0;
        });
        Service draft = Services.draft(model.project(), "one", model);
        services.create(draft, transaction -> 0);
        return new Holder("service/%s/pool/flavor".formatted(draft.id()));
    }

    @Test
    void aPausedTaskWantsNoSlots() {
        Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
        models.change(model.id(), transaction -> {
            transaction.insert(model);
            return 0;
        });
        TaskId task = new TaskId(UUID.randomUUID().toString());
        Service draft = Services.draft(model.project(), "job", model).withTask(task.value());
        services.create(draft, transaction -> 0);
        PostgresBatchStore tasks = new PostgresBatchStore(database);
        tasks.open(BatchTask.draft(task, draft.id(), Tasks.spec(), Services.NOON));
        admission.syncPools(Services.pools());
        admission.claim(new Claim(task.holder(), Services.POOL, Services.FLAVOR, 1, 2, "job"));
        assertThat(admission.unwanted()).doesNotContain(task.holder());

        tasks.paused(task);
        assertThat(admission.unwanted()).contains(task.holder());
        tasks.resumed(task);
        assertThat(admission.unwanted()).doesNotContain(task.holder());
    }

    @Override
    protected void loseInterest(Holder holder) {
        ServiceId id = new ServiceId(holder.value().split("/", -1)[1]);
        services.change(id, transaction -> {
            Service service = transaction.service();
            transaction.save(service.asking(Wanted.STOPPED, service.asked(), ServiceState.STOPPING, Services.NOON));
            return 0;
        });
    }
}
