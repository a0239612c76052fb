package dev.slipway.api.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.model.Model;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.part.StatementCounter;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The calls of services over HTTP, with the real database and the real Temporal server; no worker runs, so states stay. */
class ServiceApiTests {

    private static final RunningApi API = new RunningApi();

    private final String project = UUID.randomUUID().toString().replace("-", "");
    private String model = "";
    private String second = "";

    @AfterAll
    static void close() {
        API.close();
    }

    @BeforeEach
    void publish() {
        model = published("0.0.1");
        second = published("0.0.2");
    }

    private String published(String version) {
        Model made = Services.published(new ProjectId(project), "iris", version);
        try (Database database = API.database()) {
            new PostgresModelStore(database).change(made.id(), row -> {
                row.insert(made);
                row.save(made);
                return row;
            });
        }
        return made.id().value();
    }

    @Test
    void acceptsAServiceAndStartsItsWorkflow() throws Exception {
        String id = create("iris", entry(model, 100));

        JsonNode shown = get("/services/" + id).body();
        assertThat(shown.path("status").stringValue()).isEqualTo("deploying");
        assertThat(shown.path("service_name").stringValue()).isEqualTo("iris");
        assertThat(shown.path("is_opened_sample_collection").isBoolean()).isTrue();
        assertThat(shown.path("invocation_times").asInt(-1)).isZero();
        assertThat(shown.path("failed_times").asInt(-1)).isZero();
        assertThat(shown.path("access_address").stringValue()).endsWith("/v1/infers/" + id);
        assertThat(shown.path("config").path(0).path("model_version").stringValue())
                .isEqualTo("0.0.1");
        assertThat(shown.path("config").path(0).path("status").stringValue()).isEqualTo("notReady");
        assertThat(get("/services/" + id + "/events")
                        .body()
                        .path("events")
                        .path(0)
                        .path("event_info")
                        .stringValue())
                .isEqualTo("Start to deploy service.");
        JsonNode event =
                get("/services/" + id + "/events").body().path("events").path(0);
        assertThat(event.path("user").asString("")).isNotEmpty();
        assertThat(event.path("project").asString("")).isNotEmpty();
        assertThat(event.path("request_id").asString("")).matches("[0-9a-f]{32}");
        assertThat(get("/services/" + id + "/logs")
                        .body()
                        .path("logs")
                        .path(0)
                        .path("result")
                        .stringValue())
                .isEqualTo("RUNNING");
        try (TemporalConnection temporal = TemporalConnection.open(RunningApi.TEMPORAL, "test")) {
            assertThat(new WorkflowSignals(temporal.client()).isRunning("service/iris/" + id))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%20", ",", "%20,%20", "%E2%80%A8", "%09,", "%C2%A0", "x,%20", "%E2%80%A8,%E2%80%A9"})
    void aDeletionThatNamesNoServiceIsRefused(String ids) throws Exception {
        Answer answer = API.call(project, "DELETE", "/services/" + ids, "");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("ModelArts.3502");
        assertThat(answer.body().path("message").stringValue()).isEqualTo(answer.message());
    }

    @Test
    void showsNumbersThatWereSentAsText() throws Exception {
        String id = create(
                "numbers",
                entry(model, 100)
                        .replaceFirst(
                                "\\{",
                                "{\"deploy_timeout_in_seconds\":\"20\",\"additional_properties\":"
                                        + "{\"max_surge\":\"0.5\",\"termination_grace_period_seconds\":\"60\"},"));

        JsonNode shown = get("/services/" + id).body().path("config").path(0);
        assertThat(shown.path("deploy_timeout_in_seconds").toString()).isEqualTo("20");
        assertThat(shown.path("additional_properties").toString())
                .isEqualTo("{\"max_surge\":0.5,\"termination_grace_period_seconds\":60}");
    }

    @Test
    void cutsWhatCallersWroteInMessages() throws Exception {
        String name = "x".repeat(100_000);
        for (Answer answer : List.of(
                get("/services/" + name.substring(0, 5_000)),
                get("/services?order=" + name.substring(0, 5_000)),
                get("/" + name.substring(0, 5_000)),
                post(name, entry(model, 100)),
                post("a", entry(name, 100)),
                post("a", entry(model, 100).replace(RunningApi.FLAVOR, name)),
                post("a", "{\"%s\":1}".formatted(name)))) {
            assertThat(answer.status()).as(answer.message()).isIn(400, 404);
            assertThat(answer.message().length()).as(answer.message()).isLessThan(1_000);
        }
    }

    @Test
    void listsByRecordsAndFilters() throws Exception {
        create("a", entry(model, 100));
        create("b", entry(model, 100));
        create("c", entry(second, 100));

        assertThat(names("?sort_by=service_name&order=asc&cluster_id=")).containsExactly("a", "b", "c");
        assertThat(names("?sort_by=service_name&order=asc&offset=1&limit=1")).containsExactly("b");
        assertThat(names("?model_id=" + second)).containsExactly("c");
        assertThat(names("?service_name=b")).containsExactly("b");
        assertThat(names("?status=running")).isEmpty();
        assertThat(get("/services?offset=9").body().path("total_count").asInt()).isEqualTo(3);
    }

    @Test
    void aListOfAHundredServicesCostsAFewQueries() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int number = 0; number < 99; number++) {
            ids.add(create("service-" + number, entry(model, 100)));
        }
        createBatch("batch");
        try (StatementCounter counter = new StatementCounter()) {
            assertThat(get("/services?limit=100").body().path("services").size())
                    .isEqualTo(100);
            long ofTheList = counter.count();
            assertThat(ofTheList).as("queries of a list of a hundred").isBetween(1L, 6L);

            // The control: whoever asks for each of them pays for each of them.
            for (String id : ids) {
                get("/services/" + id);
            }
            assertThat(counter.count() - ofTheList).isGreaterThanOrEqualTo(ids.size());
        }
    }

    @Test
    void pausesAndResumesTheTaskOfABatchService() throws Exception {
        String job = createBatch("job");
        Answer paused = API.call(project, "POST", "/services/" + job + "/task/pause", "");
        assertThat(paused.status()).as(paused.body().toString()).isEqualTo(200);
        assertThat(paused.body().path("service_id").stringValue()).isEqualTo(job);
        assertThat(API.call(project, "POST", "/services/" + job + "/task/pause", "")
                        .status())
                .isEqualTo(200);
        assertThat(API.call(project, "POST", "/services/" + job + "/task/resume", "")
                        .status())
                .isEqualTo(200);

        List<String> texts = new ArrayList<>();
        get("/services/" + job + "/events").body().path("events").forEach(event -> {
            texts.add(event.path("event_info").stringValue());
            assertThat(event.path("user").asString("")).isNotEmpty();
        });
        assertThat(texts).containsOnlyOnce("Pausing batch job.", "Resuming batch job.");
    }

    @Test
    void refusesAPauseOfWhatHasNoRunningTask() throws Exception {
        String job = createBatch("job");
        String online = create("online", entry(model, 100));
        Answer realTime = API.call(project, "POST", "/services/" + online + "/task/pause", "");
        assertThat(realTime.status()).isEqualTo(400);
        assertThat(realTime.message()).contains("'online' is real-time and has no task");
        String stranger = UUID.randomUUID().toString().replace("-", "");
        assertThat(API.call(stranger, "POST", "/services/" + job + "/task/pause", "")
                        .code())
                .isEqualTo("ModelArts.3502");

        API.call(project, "PUT", "/services/" + job, "{\"status\":\"stopped\"}");
        Answer stopped = API.call(project, "POST", "/services/" + job + "/task/resume", "");
        assertThat(stopped.code()).isEqualTo("ModelArts.3519");
        assertThat(stopped.message()).contains("'job' is stopping", "start the service to run it again");
    }

    private String createBatch(String name) throws Exception {
        String batch = """
                {"service_name":"%s","infer_type":"batch","config":[{"model_id":"%s","specification":"%s","instance_count":1,
                "src_path":"obs://data/in/","dest_path":"obs://data/out/","req_uri":"/","mapping_type":"file"}]}""".formatted(name, model, RunningApi.FLAVOR);
        Answer answer = API.call(project, "POST", "/services", batch);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body().path("service_id").stringValue();
    }

    @Test
    void twoHundredCreationsAtOnceAreAllAnswered() throws Exception {
        List<Answer> answers = createAtOnce(200);

        assertThat(answers).hasSize(200).allSatisfy(ServiceApiTests::isMadeOrPutOff);
        assertThat(answers).anySatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }

    /** Each connection waits for a lock that somebody else holds; who finds none is told that they are in use, and not that the database is away. */
    @Test
    void whoFindsNoConnectionIsToldTheReasonAndWhenToComeBack() throws Exception {
        CountDownLatch putOff = new CountDownLatch(1);
        try (Database database = API.database()) {
            Thread holder = Thread.ofVirtual()
                    .start(() -> database.inTransaction(() -> {
                        database.jdbc()
                                .sql("LOCK TABLE service IN EXCLUSIVE MODE")
                                .update();
                        await(putOff);
                    }));
            awaitLock(database);
            List<Answer> answers = createAtOnce(40, putOff);
            holder.join();

            assertThat(answers).hasSize(40).allSatisfy(ServiceApiTests::isMadeOrPutOff);
            assertThat(answers).anySatisfy(answer -> assertThat(answer.status()).isEqualTo(503));
            assertThat(answers).anySatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitLock(Database database) {
        Await.until(
                "the table is locked",
                () -> database.inTransaction(
                                () -> database.jdbc().sql("""
                                SELECT count(*) FROM pg_locks
                                WHERE relation = 'service'::regclass AND mode = 'ExclusiveLock' AND granted""").query(Long.class).single())
                        > 0,
                () -> "it is not");
    }

    private static void isMadeOrPutOff(Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isIn(200, 503);
        if (answer.status() == 503) {
            assertThat(answer.message())
                    .contains("all connections of this process to the database (at most 8) are in use");
            assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
        }
    }

    private List<Answer> createAtOnce(int count) throws Exception {
        return createAtOnce(count, new CountDownLatch(1));
    }

    /** @param putOff counted down once one of them was put off */
    private List<Answer> createAtOnce(int count, CountDownLatch putOff) throws Exception {
        String body = entry(model, 100);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> calls = new ArrayList<>();
            for (int number = 0; number < count; number++) {
                String name = "at-once-" + number;
                calls.add(callers.submit(() -> {
                    Answer answer = post(name, body);
                    if (answer.status() == 503) {
                        putOff.countDown();
                    }
                    return answer;
                }));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> call : calls) {
                answers.add(call.get());
            }
            return answers;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "instance_count":9,"weight":100                    | 400 | ModelArts.3952 | 8 slots
            "instance_count":1,"weight":90                     | 400 | ModelArts.0107 | 90, expected 100
            "instance_count":1,"weight":100,"pool_name":"nope" | 400 | ModelArts.3547 | config[0]: pool 'nope'
            "instance_count":1,"weight":100,"colour":"red"     | 400 | ModelArts.0104 | config[0].colour
            "instance_count":1,"wieght":100                    | 400 | ModelArts.0104 | did you mean 'weight'
            """)
    void refusesBeforeARowExists(String fields, int status, String code, String message) throws Exception {
        Answer refused = post(
                "refused",
                "{\"model_id\":\"%s\",\"specification\":\"%s\",%s}".formatted(model, RunningApi.FLAVOR, fields));

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.message()).contains(message);
        assertThat(refused.header("X-Request-Id")).isNotEmpty();
        assertThat(names("")).isEmpty();
    }

    @Test
    void refusesANameTwiceAndModelsOfOthers() throws Exception {
        create("twice", entry(model, 100));
        assertThat(post("twice", entry(model, 100)).status()).isEqualTo(409);

        String stranger = UUID.randomUUID().toString().replace("-", "");
        Answer refused = API.call(stranger, "POST", "/services", body("theft", entry(model, 100)));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("ModelArts.3529");
        assertThat(refused.message()).contains("config[0].model_id: model");
        Answer flavor = post("flavor", entry(model, 100).replace(RunningApi.FLAVOR, "nope"));
        assertThat(flavor.code()).isEqualTo("ModelArts.3976");
        assertThat(flavor.message()).contains("config[0].specification: specification 'nope'");
    }

    @Test
    void refusesAnUpdateWhileItDeploysAndStopsAllTheSame() throws Exception {
        String id = create("busy", entry(model, 100));

        Answer update = put(id, "{\"config\":[%s]}".formatted(entry(second, 100)));
        assertThat(update.status()).isEqualTo(400);
        assertThat(update.code()).isEqualTo("ModelArts.3519");
        assertThat(put(id, "{\"status\":\"running\"}").body().toString()).isEqualTo("{}");
        assertThat(put(id, "{\"description\":\"new\"}").body().toString()).isEqualTo("{}");
        assertThat(put(id, "{\"status\":\"stopped\"}").status()).isEqualTo(200);
        JsonNode shown = get("/services/" + id).body();
        assertThat(shown.path("status").stringValue()).isEqualTo("stopping");
        assertThat(shown.path("description").stringValue()).isEqualTo("new");
        assertThat(put(id, "{\"status\":\"paused\"}").message()).contains("'paused'");
    }

    @Test
    void showsWhenItStopsByItselfFromTheAcceptedCommandOn() throws Exception {
        String id = create("timed", entry(model, 100));
        long before = System.currentTimeMillis();
        put(id, "{\"schedule\":[{\"type\":\"stop\",\"time_unit\":\"HOURS\",\"duration\":2}]}");
        long due = get("/services/" + id).body().path("due_time").asLong();
        assertThat(due).isBetween(before + 7_200_000 - 1_000, System.currentTimeMillis() + 7_200_000);

        put(id, "{\"schedule\":[{\"type\":\"stop\",\"time_unit\":\"HOURS\",\"duration\":2}]}");
        assertThat(get("/services/" + id).body().path("due_time").asLong()).isEqualTo(due);
        put(id, "{\"schedule\":[]}");
        assertThat(get("/services/" + id).body().has("due_time")).isFalse();
    }

    @Test
    void deletesAndThenKnowsItNoMore() throws Exception {
        String id = create("gone", entry(model, 100));

        assertThat(API.call(project, "DELETE", "/services/" + id, "").body().toString())
                .isEqualTo("{}");
        assertThat(get("/services/" + id).body().path("status").asString("")).isEqualTo("deleting");
        assertThat(put(id, "{\"status\":\"running\"}").code()).isEqualTo("ModelArts.3502");
        Answer used = API.call(project, "DELETE", "/models/" + second, "");
        assertThat(used.body().path("delete_failed_list")).isEmpty();
    }

    @Test
    void keepsAModelThatAServiceNames() throws Exception {
        create("keeper", entry(model, 100));

        Answer answer = API.call(project, "DELETE", "/models/" + model, "");

        assertThat(answer.body()
                        .path("delete_failed_list")
                        .path(0)
                        .path("error_code")
                        .stringValue())
                .isEqualTo("ModelArts.3009");
    }

    @Test
    void showsNothingToAnotherProject() throws Exception {
        String id = create("secret", entry(model, 100));
        String other = UUID.randomUUID().toString().replace("-", "");

        for (String path : List.of("", "/events", "/logs")) {
            assertThat(API.call(other, "GET", "/services/" + id + path, "").status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(API.call(other, "PUT", "/services/" + id, "{\"status\":\"stopped\"}")
                        .status())
                .isEqualTo(404);
        assertThat(API.call(other, "DELETE", "/services/" + id, "").status()).isEqualTo(404);
        assertThat(API.call(other, "GET", "/services", "")
                        .body()
                        .path("total_count")
                        .asInt())
                .isZero();
        assertThat(API.call(other, project, "GET", "/services/" + id, "").status())
                .isEqualTo(403);
    }

    @Test
    void listsTheFlavorsOfThePools() throws Exception {
        JsonNode flavors = get("/services/specifications").body();

        assertThat(flavors.path("specifications").path(0).path("specification").stringValue())
                .isEqualTo(RunningApi.FLAVOR);
        assertThat(get("/services/specifications?offset=1").body().path("count").asInt())
                .isZero();
    }

    private List<String> names(String query) throws Exception {
        return get("/services" + query)
                .body()
                .path("services")
                .valueStream()
                .map(service -> service.path("service_name").stringValue())
                .toList();
    }

    private static String entry(String model, int weight) {
        return "{\"model_id\":\"%s\",\"specification\":\"%s\",\"instance_count\":1,\"weight\":%d}"
                .formatted(model, RunningApi.FLAVOR, weight);
    }

    private static String body(String name, String entry) {
        return "{\"service_name\":\"%s\",\"infer_type\":\"real-time\",\"config\":[%s]}".formatted(name, entry);
    }

    private String create(String name, String entry) throws Exception {
        Answer answer = post(name, entry);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body().path("service_id").stringValue();
    }

    private Answer post(String name, String entry) throws Exception {
        return API.call(project, "POST", "/services", body(name, entry));
    }

    private Answer put(String id, String body) throws Exception {
        return API.call(project, "PUT", "/services/" + id, body);
    }

    private Answer get(String path) throws Exception {
        return API.call(project, "GET", path, "");
    }
}
