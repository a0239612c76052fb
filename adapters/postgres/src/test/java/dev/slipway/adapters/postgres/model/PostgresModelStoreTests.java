package dev.slipway.adapters.postgres.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelTransaction;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.model.TrialPrediction;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.model.ModelStoreContract;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresModelStoreTests extends ModelStoreContract {

    private static final Database DATABASE = open();

    @BeforeAll
    static void migrate() {
        DATABASE.migrate();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Override
    protected ModelStore store() {
        return new PostgresModelStore(DATABASE);
    }

    @Override
    protected long started(Model model) {
        return new PostgresEventStore(DATABASE)
                        .list(model.id().value(), new EventStore.EventQuery(null, null, null, null, 0, 100, true))
                        .events()
                        .stream()
                        .filter(event -> event.info().equals("Start model import."))
                        .count();
    }

    @Test
    void keepsEverythingThatWasAskedFor() {
        ModelSpec spec = new ModelSpec(
                "全部",
                "1.2.3",
                ModelType.SCIKIT_LEARN,
                new ModelSource.PackageFolder(new ObjectUri("models", "a/")),
                "说明",
                new ObjectUri("models", "code/customize_service.py"),
                "python3.11",
                Models.config(),
                Models.config().apis(),
                List.of(
                        new Dependency("numpy", "1.16.4", Dependency.Restraint.EXACT),
                        new Dependency("easydict", null, null)),
                List.of("real-time", "batch"),
                new TrialSpec("gpu", "one", Map.of("TOKEN", "秘密"), new TrialPrediction("/", "{}", "a.jpg", "[1]", 0.5)),
                "{\"x\":\"\\\"\"}");

        assertThat(PostgresJson.read(PostgresJson.write(spec), ModelSpec.class)).isEqualTo(spec);
    }

    @Test
    void readsASpecOfTheTimeBeforeTrialStartsHadAPlace() {
        String older =
                PostgresJson.write(Models.spec("iris", "0.0.1")).replaceFirst(",\"trial\":\\{[^}]*\\{}[^}]*}", "");

        assertThat(older).doesNotContain("trial");
        assertThat(PostgresJson.read(older, ModelSpec.class)).isEqualTo(Models.spec("iris", "0.0.1"));
    }

    @Test
    void tellsWhichServicesNameAModel() {
        Model model = Models.asked("named", "0.0.1");
        store().change(model.id(), row -> {
            row.insert(model);
            return model;
        });
        service("s-1", "RUNNING", model);
        service("s-2", "DELETED", model);

        assertThat(store().<List<ModelTransaction.NamedBy>>change(model.id(), row -> row.namedBy()))
                .extracting(ModelTransaction.NamedBy::service)
                .containsExactly("s-1");
        DATABASE.inTransaction(() -> {
            DATABASE.jdbc().sql("UPDATE service SET state = 'DELETED'").update();
        });
        store().change(model.id(), row -> {
            row.remove();
            return row;
        });
        assertThat(store().find(model.id())).isEmpty();
    }

    private static void service(String id, String state, Model model) {
        DATABASE.inTransaction(() -> {
            DATABASE.jdbc()
                    .sql("""
                            INSERT INTO service (id, project, tenant, owner, name, infer_type, workspace_id, priority,
                                extras, state, generation, taken, observed, serving, wanted, asked_config,
                                published_at, transitioned_at, updated_at, asked_at)
                            VALUES (?, ?, 't', 'o', ?, 'REAL_TIME', '0', 2, '{}', ?, 1, 1, 1, 1, 'RUNNING', '{}',
                                now(), now(), now(), now())""")
                    .params(id, model.project().value(), id, state)
                    .update();
            DATABASE.jdbc()
                    .sql("INSERT INTO service_model (service, model) VALUES (?, ?)")
                    .params(id, model.id().value())
                    .update();
        });
    }

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 4));
    }
}
