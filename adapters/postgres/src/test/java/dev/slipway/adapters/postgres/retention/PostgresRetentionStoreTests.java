package dev.slipway.adapters.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.TestRows;
import dev.slipway.adapters.postgres.batch.PostgresBatchStore;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.instance.PostgresInstanceSetStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelTransaction;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.retention.RetentionStore.RemovableRows;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test counts the rows of every table that there is, so that one of a table added later shows as well. */
class PostgresRetentionStoreTests {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant FAR_AWAY = Instant.parse("2100-01-01T00:00:00Z");
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(31));
    private static final Instant BEFORE = NOW.minus(Duration.ofDays(30));
    private static final int MANY = 100;

    private final Database database = open();
    private final PostgresRetentionStore store = new PostgresRetentionStore(database);
    private final PostgresBatchStore tasks = new PostgresBatchStore(database);
    private final PostgresInstanceSetStore sets = new PostgresInstanceSetStore(database);
    private Map<String, Long> before = Map.of();

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 4));
    }

    @BeforeEach
    void migrate() {
        database.migrate();
        before = counts();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void removesADeletedServiceWithAllThatBelongsToIt() {
        ServiceId service = serviceWithEverything();
        deleted(service, LONG_AGO);
        Map<String, Long> grown = counts();
        grown.entrySet().removeAll(before.entrySet());
        assertThat(grown.keySet())
                .as("the tables that the test is about")
                .contains(
                        "service",
                        "service_generation",
                        "rollout",
                        "request",
                        "batch_task",
                        "batch_commit",
                        "request_minute",
                        "request_total",
                        "gateway_report",
                        "route_instance",
                        "route_document",
                        "event")
                .as(
                        "a row that refers to a service and stays keeps 1,000 others; service_model is left out, since it needs a model")
                .containsAll(tablesThatReferToAService());

        assertThat(store.removeServices(BEFORE, MANY)).as("it has an event").isZero();
        new PostgresEventStore(database).removeOlderThan(EventSubject.SERVICE, FAR_AWAY, MANY);
        assertThat(store.removeServices(BEFORE, MANY)).as("it has batch work").isZero();
        for (BatchTask task : store.tasksWithWork(BEFORE, MANY)) {
            tasks.beginRemovalOfWork(task.id(), NOW);
            tasks.removeCommits(task.id(), MANY);
            tasks.endRemovalOfWork(task.id());
        }
        assertThat(store.removeServices(LONG_AGO, MANY)).as("not yet").isZero();

        assertThat(store.removeServices(BEFORE, MANY)).isEqualTo(1);
        execute("DELETE FROM gateway");
        assertThat(counts()).isEqualTo(before);
        assertThat(store.removeServices(BEFORE, MANY)).isZero();
    }

    /** The negative control: what is left of a service shows in the counts. */
    @Test
    void countsWhatIsLeft() {
        ServiceId service = serviceWithEverything();
        deleted(service, LONG_AGO);

        assertThat(counts()).isNotEqualTo(before);
    }

    @Test
    void leavesALivingServiceAlone() {
        serviceWithEverything();
        Map<String, Long> standing = counts();

        assertThat(store.removeServices(FAR_AWAY, MANY)).isZero();
        assertThat(store.removeGenerations(FAR_AWAY, MANY)).isZero();
        assertThat(store.removeTasks(FAR_AWAY, MANY)).isZero();
        assertThat(store.tasksWithWork(LONG_AGO, MANY)).isEmpty();
        assertThat(counts()).isEqualTo(standing);
    }

    @Test
    void removesCountsOfADeletedServiceInSteps() {
        ServiceId service = TestRows.service(database);
        for (int minute = 0; minute < 5; minute++) {
            count(service, NOW.minus(Duration.ofMinutes(minute)));
        }
        deleted(service, LONG_AGO);

        assertThat(store.removeServices(BEFORE, 2)).isEqualTo(2);
        assertThat(store.removeServices(BEFORE, 2)).isEqualTo(2);
        assertThat(store.removeServices(BEFORE, 2)).isEqualTo(1);
        assertThat(counts()).isEqualTo(before);
    }

    @Test
    void removesOldStartsAndStopsButNoUpdateThatTheServiceShows() {
        ServiceId service = TestRows.service(database);
        execute("UPDATE service SET generation = 5, taken = 5, observed = 5, serving = 4 WHERE id = '%s'"
                .formatted(service));
        for (int number = 1; number <= 5; number++) {
            generation(service, number, number == 2);
        }

        assertThat(store.removeGenerations(BEFORE, MANY))
                .as("three rollouts, two generations")
                .isEqualTo(3);
        assertThat(numbers("SELECT generation FROM service_generation ORDER BY 1"))
                .as("1 and 3 were starts")
                .containsExactly(2L, 4L, 5L);
        assertThat(numbers("SELECT generation FROM rollout ORDER BY 1")).containsExactly(4L, 5L);
    }

    @Test
    void removesEarlierTasksAndKeepsTheOneThatTheServiceShows() {
        ServiceId service = TestRows.service(database);
        TaskId earlier = ended(service);
        TaskId shown = ended(service);
        execute("UPDATE service SET task_id = '%s'".formatted(shown));

        assertThat(store.removeTasks(BEFORE, MANY)).as("their work is there").isZero();
        execute("UPDATE batch_task SET work_removed_at = now(), has_work = false");
        assertThat(store.removeTasks(BEFORE, MANY)).isEqualTo(1);

        assertThat(tasks.find(earlier)).isEmpty();
        assertThat(tasks.find(shown)).isPresent();
    }

    @Test
    void removesInstanceSetsThatNobodyOwns() {
        Model importing = model(row -> {});
        Model gone = Models.asked("gone", "0.0.1");
        ServiceId serving = TestRows.service(database);
        ServiceId stopped = TestRows.service(database);
        ServiceId justStopped = TestRows.service(database);
        settled(stopped, "STOPPED", LONG_AGO);
        settled(justStopped, "STOPPED", NOW);
        want(SetOwner.model(importing.id().value()), "trial-importing");
        want(SetOwner.model(gone.id().value()), "trial-gone");
        want(SetOwner.service(serving.value()), "set-serving");
        want(SetOwner.service(stopped.value()), "set-stopped");
        want(SetOwner.service(justStopped.value()), "set-just-stopped");
        want(SetOwner.service(ServiceId.random().value()), "set-of-nobody");

        assertThat(store.removeInstanceSets(BEFORE, MANY)).isEqualTo(3);

        assertThat(sets.all())
                .extracting(row -> row.id().value())
                .containsExactly("set-just-stopped", "set-serving", "trial-importing");
    }

    @Test
    void removesWaitsForWhatIsNoMore() {
        Model importing = model(row -> {});
        ServiceId service = TestRows.service(database);
        for (String workflow : List.of(
                "model/" + importing.id(),
                "service/" + service,
                "service/" + service + "/rollout/1",
                "a-request-of-a-user",
                "model/gone",
                "service/gone/rollout/1",
                "batch/gone/1")) {
            execute("INSERT INTO workflow_wait VALUES ('%s', 'ENDED', '{}', '%s')".formatted(workflow, LONG_AGO));
        }

        assertThat(store.removeWaits(LONG_AGO, MANY)).isZero();
        assertThat(store.removeWaits(BEFORE, MANY)).isEqualTo(3);
        assertThat(counts().get("workflow_wait")).isEqualTo(4);
    }

    @Test
    void removesOldRequests() {
        execute("INSERT INTO request VALUES ('old', 'MODEL', 'm', 1, NULL, '%s'), ('new', 'MODEL', 'm', 1, NULL, now())"
                .formatted(LONG_AGO));

        assertThat(store.removeRequests(BEFORE, MANY)).isEqualTo(1);
        assertThat(counts().get("request")).isEqualTo(1);
    }

    @Test
    void countsWhatIsOlderThanItsPeriodAndRemovesNothing() {
        ServiceId service = serviceWithEverything();
        ended(service);
        execute("UPDATE service SET generation = 5, taken = 5, observed = 5, serving = 4 WHERE id = '%s'"
                .formatted(service));
        generation(service, 2, false);
        execute("UPDATE request SET accepted_at = '%s'".formatted(LONG_AGO));
        execute("UPDATE batch_task SET has_work = false WHERE id <> (SELECT task_id FROM service)");
        deleted(TestRows.service(database), LONG_AGO);
        count(service, LONG_AGO);
        count(service, LONG_AGO.minusSeconds(60));
        Map<String, Long> standing = counts();

        assertThat(store.removable(RetentionPeriods.DEFAULT, NOW, MANY))
                .containsExactly(
                        new RemovableRows("events of services", 1),
                        new RemovableRows("events of models", 0),
                        new RemovableRows("work of batch tasks", 1),
                        new RemovableRows("counts", 2),
                        new RemovableRows("requests", 1),
                        new RemovableRows("generations", 1),
                        new RemovableRows("batch tasks", 1),
                        new RemovableRows("deleted services", 1));
        assertThat(store.removable(RetentionPeriods.DEFAULT, NOW, 1)).contains(new RemovableRows("counts", 1));
        assertThat(store.removable(RetentionPeriods.DEFAULT, LONG_AGO, MANY))
                .extracting(RemovableRows::count)
                .containsOnly(0L);
        assertThat(counts()).isEqualTo(standing);
    }

    @Test
    void tellsEveryImageThatARowNames() {
        ImageDigest ofModel = new ImageDigest("sha256:" + "01".repeat(32));
        InstanceTemplate ofSet = Templates.labelled("of a set");
        InstanceTemplate ofTask = Templates.labelled("of a task");
        InstanceTemplate ofEnded = Templates.labelled("of an ended task");
        model(row -> row.save(row.model().orElseThrow().published(ofModel)));
        ServiceId service = TestRows.service(database);
        sets.want(SetOwner.service(service.value()), new InstanceSet(new InstanceSetId("set-with-image"), ofSet), 1);
        open(service, ofTask);
        TaskId ended = open(service, ofEnded);
        execute("UPDATE batch_task SET ended_at = now() WHERE id = '%s'".formatted(ended));

        assertThat(store.inUse().images()).containsExactlyInAnyOrder(ofModel, ofSet.image(), ofTask.image());
        assertThat(store.inUse().deployed()).containsExactlyInAnyOrder(ofSet.image(), ofTask.image());
        assertThat(store.inUse().builtSince()).as("nothing is imported").isNull();
        Model importing = model(row -> {});
        assertThat(store.inUse().builtSince()).isBefore(importing.createdAt());
    }

    private ServiceId serviceWithEverything() {
        ServiceId service = TestRows.service(database);
        generation(service, 1, true);
        TaskId task = ended(service);
        tasks.ask(new TaskId("asked-after-its-end"), service, true, LONG_AGO);
        execute("UPDATE service SET task_id = '%s', serving = 1, observed = 1 WHERE id = '%s'"
                .formatted(task, service));
        execute("INSERT INTO batch_commit (task, records, fence, failed) VALUES ('%s', int8range(0, 5), 'f', 0)"
                .formatted(task));
        execute("INSERT INTO request VALUES ('key-%1$s', 'SERVICE', '%1$s', 1, NULL, now())".formatted(service));
        count(service, NOW);
        // Left by a failure: a deleted service has no routes.
        execute("INSERT INTO route_set VALUES ('set-left', '%s', 0, 'iris 0.0.1', 100)".formatted(service));
        execute("INSERT INTO route_instance VALUES ('set-left-0-1', 'set-left', NULL, false)");
        execute("INSERT INTO route_document VALUES ('%s', '%s', 3, false, '[]')".formatted(service, "0".repeat(32)));
        execute("INSERT INTO request_total VALUES ('%s', 1, 1, 0)".formatted(service));
        execute("INSERT INTO gateway VALUES ('gateway-%s', 'h', 'b', 1, 's', 'a', now(), now())".formatted(service));
        execute("INSERT INTO gateway_report VALUES ('gateway-%1$s', '%1$s', 1, '{}')".formatted(service));
        execute(
                "INSERT INTO event (subject_kind, subject, key, type, info, occurred_at) VALUES ('SERVICE', '%s', 'k', 'NORMAL', 'i', '%s')"
                        .formatted(service, LONG_AGO));
        execute("INSERT INTO moved_alias VALUES ('%s')".formatted(service));
        return service;
    }

    private void generation(ServiceId service, int number, boolean changesConfig) {
        execute("INSERT INTO service_generation VALUES ('%s', %d, 'RUNNING', '{}', %s, 'SUCCESS', NULL, '%s')"
                .formatted(service, number, changesConfig, LONG_AGO));
        execute("INSERT INTO rollout (service, generation, snapshot, outcome) VALUES ('%s', %d, '{}', 'SUCCEEDED')"
                .formatted(service, number));
    }

    private void count(ServiceId service, Instant minute) {
        execute("INSERT INTO request_minute VALUES ('%s', 's', '%s', 'g', now(), 1, 1, 1, 0, 0, 0, 1, '{}')"
                .formatted(service, minute));
    }

    private TaskId ended(ServiceId service) {
        TaskId task = open(service, Templates.labelled("of a task"));
        execute(
                "UPDATE batch_task SET records = 5, inputs = 1, sealed_end = 'FINISHED', status = 'FINISHED', ended_at = '%s' WHERE id = '%s'"
                        .formatted(LONG_AGO.plusSeconds(1), task));
        return task;
    }

    private TaskId open(ServiceId service, InstanceTemplate template) {
        BatchEntry entry = new BatchEntry(
                new ObjectUri("data", "in/"), false, new ObjectUri("data", "out/"), "/", BatchEntry.Mapping.FILE, null);
        ModelApi api = new ModelApi("/", "POST", null, "application/json", null, null, null, false);
        TaskSpec spec = new TaskSpec(entry, api, template, new TaskSpec.Slots("default", 1, 2), 20);
        return tasks.open(BatchTask.draft(new TaskId(UUID.randomUUID().toString()), service, spec, NOW))
                .id();
    }

    private Model model(Consumer<ModelTransaction> more) {
        Model model = Models.asked("m-" + UUID.randomUUID(), "0.0.1");
        new PostgresModelStore(database).change(model.id(), row -> {
            row.insert(model);
            more.accept(row);
            return row;
        });
        return model;
    }

    private void want(SetOwner owner, String set) {
        sets.want(owner, new InstanceSet(new InstanceSetId(set), Templates.labelled("any")), 1);
    }

    private void deleted(ServiceId service, Instant at) {
        settled(service, "DELETED", at);
    }

    private void settled(ServiceId service, String state, Instant at) {
        execute(
                "UPDATE service SET state = '%1$s', wanted = '%1$s', observed = generation, transitioned_at = '%2$s' WHERE id = '%3$s'"
                        .formatted(state, at, service));
    }

    private void execute(String sql) {
        database.inTransaction(() -> {
            database.jdbc().sql(sql).update();
        });
    }

    private List<String> tablesThatReferToAService() {
        return database.inTransaction(
                () -> database.jdbc().sql("""
                        SELECT DISTINCT conrelid::regclass::text FROM pg_constraint
                        WHERE confrelid = 'service'::regclass AND contype = 'f'
                            AND conrelid <> 'service_model'::regclass""").query(String.class).list());
    }

    private List<Long> numbers(String sql) {
        return database.inTransaction(
                () -> database.jdbc().sql(sql).query(Long.class).list());
    }

    private Map<String, Long> counts() {
        return database.inTransaction(() -> {
            Map<String, Long> counts = new LinkedHashMap<>();
            List<String> tables = database.jdbc()
                    .sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
                    .query(String.class)
                    .list();
            tables.forEach(table -> counts.put(
                    table,
                    database.jdbc()
                            .sql("SELECT count(*) FROM " + table)
                            .query(Long.class)
                            .single()));
            return counts;
        });
    }
}
