package dev.slipway.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelType;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.model.Models;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The calls of models over HTTP, with the real database and the real Temporal server; no worker runs. */
class ModelApiTests {

    private static final JsonMapper MAPPER = RunningApi.MAPPER;
    private static final RunningApi API = new RunningApi();

    private final String project = UUID.randomUUID().toString().replace("-", "");

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void acceptsAnImportAndStartsItsWorkflow() throws Exception {
        String id = create(body("iris", "0.0.1"));
        JsonNode shown = get("/models/" + id).body();

        assertThat(shown.path("model_status").stringValue()).isEqualTo("publishing");
        assertThat(shown.path("source_location").stringValue()).isEqualTo("https://models.obs.local/iris/");
        assertThat(shown.path("install_type").toString()).isEqualTo("[\"real-time\",\"batch\"]");
        assertThat(shown.path("apis").stringValue()).isEqualTo("[]");
        for (String array : List.of("dependencies", "input_params", "output_params", "model_docs", "model_labels")) {
            assertThat(shown.path(array).isArray()).as(array).isTrue();
        }
        JsonNode events = get("/models/" + id + "/events").body();
        assertThat(events.path("total_count").asInt()).isEqualTo(1);
        assertThat(events.path("events").path(0).path("event_info").stringValue())
                .isEqualTo("Start model import.");
        try (TemporalConnection temporal = TemporalConnection.open(RunningApi.TEMPORAL, "test")) {
            WorkflowSignals workflows = new WorkflowSignals(temporal.client());
            Await.until("its workflow", () -> workflows.isRunning("model/iris/0.0.1/" + id), () -> id);
        }
    }

    @Test
    void showsWhatAModelHasInstalled() throws Exception {
        String id = create(body("installed", "0.0.1"));
        assertThat(get("/models/" + id).body().hasNonNull("environment")).isFalse();
        assertThat(get("/models/" + id + "/build-log").body().path("log").stringValue())
                .isEmpty();
        EnvironmentSpec spec = new EnvironmentSpec("Custom", "python>=3.9", List.of());
        Environment environment =
                new Environment(spec.digest(), spec, "/x/bin/python3", "3.12.3", List.of("numpy==1.26.4"), List.of());
        try (Database database = API.database()) {
            ModelStore models = new PostgresModelStore(database);
            models.change(new ModelId(id), row -> {
                Model model = row.model().orElseThrow();
                ModelConfig config = new ModelConfig(
                        "{}",
                        "x",
                        ModelType.CUSTOM,
                        null,
                        null,
                        List.of(
                                new Dependency("numpy", "1.0", Dependency.Restraint.ATLEAST),
                                new Dependency("easydict", null, null)),
                        List.of());
                row.save(model.checked(config, 1).preparedWith(environment));
                return id;
            });
            models.keepBuildLog(new ModelId(id), "Collecting numpy\nSuccessfully installed\n");
        }

        JsonNode shown = get("/models/" + id).body();
        assertThat(shown.path("environment").path("digest").stringValue())
                .isEqualTo(spec.digest().value());
        assertThat(shown.path("environment").path("python").stringValue()).isEqualTo("3.12.3");
        assertThat(shown.path("environment").path("packages").toString()).isEqualTo("[\"numpy==1.26.4\"]");
        assertThat(shown.path("dependencies").toString())
                .isEqualTo(
                        "[{\"installer\":\"pip\",\"packages\":[{\"package_name\":\"numpy\",\"package_version\":\"1.0\",\"restraint\":\"ATLEAST\"},{\"package_name\":\"easydict\"}]}]");
        assertThat(get("/models/" + id + "/build-log").body().path("log").stringValue())
                .isEqualTo("Collecting numpy\nSuccessfully installed\n");
        assertThat(API.call("7".repeat(32), "GET", "/models/" + id + "/build-log", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void echoesWhatWasSent() throws Exception {
        String config =
                "{\"model_algorithm\":\"x\",\"model_type\":\"Custom\",\"metrics\":{\"f1\":0.12345678901234567890},\"tunable\": false}";
        String id = create("""
                {"model_name":"echo","model_version":"0.0.1","model_type":"Custom","runtime":"python3.7",
                 "source_location":"https://models.obs.local/a","description":"说明","install_type":["batch","real-time"],
                 "initial_config":%s,"dependencies":"[]","model_docs":[{"doc_name":"d","doc_url":"http://x"}]}
                """.formatted(MAPPER.writeValueAsString(config)));
        JsonNode shown = get("/models/" + id).body();

        assertThat(shown.path("config").stringValue()).isEqualTo(config);
        assertThat(shown.path("model_metrics").stringValue()).isEqualTo("{\"f1\":0.12345678901234567}");
        assertThat(shown.path("source_location").stringValue()).isEqualTo("https://models.obs.local/a");
        assertThat(shown.path("runtime").stringValue()).isEqualTo("python3.7");
        assertThat(shown.path("description").stringValue()).isEqualTo("说明");
        assertThat(shown.path("install_type").toString()).isEqualTo("[\"batch\",\"real-time\"]");
        assertThat(shown.path("model_docs").path(0).path("doc_name").stringValue())
                .isEqualTo("d");
    }

    @Test
    void aModelWithoutVersionIsTheFirstAndACopyTheNext() throws Exception {
        String first = create("""
                {"model_name":"copied","model_type":"Custom","source_location":"https://models.obs.local/copied",
                 "description":"one","install_type":["batch"]}""");
        String second = create("{\"copy_from\":\"%s\",\"description\":\"two\"}".formatted(first));
        String other = create("{\"copy_from\":\"%s\",\"model_name\":\"other\"}".formatted(second));

        assertThat(get("/models/" + first).body().path("model_version").stringValue())
                .isEqualTo("0.0.1");
        JsonNode copy = get("/models/" + second).body();
        assertThat(copy.path("model_name").stringValue()).isEqualTo("copied");
        assertThat(copy.path("model_version").stringValue()).isEqualTo("0.0.2");
        assertThat(copy.path("description").stringValue()).isEqualTo("two");
        assertThat(copy.path("install_type").toString()).isEqualTo("[\"batch\"]");
        assertThat(copy.path("source_location").stringValue()).isEqualTo("https://models.obs.local/copied");
        assertThat(copy.path("call_guide").isArray()).isTrue();
        JsonNode renamed = get("/models/" + other).body();
        assertThat(renamed.path("model_name").stringValue()).isEqualTo("other");
        assertThat(renamed.path("model_version").stringValue()).isEqualTo("0.0.1");
        assertThat(renamed.path("description").stringValue()).isEqualTo("two");
    }

    @Test
    void aDescriptionIsChangedAndCopied() throws Exception {
        String id = create(body("described", "0.0.1"));

        Answer answer = call("PUT", "/models/" + id, "{\"description\":\"更好\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("description").stringValue()).isEqualTo("更好");
        assertThat(events(id)).containsExactly("Start model import.", "Model description updated.");
        String copy = create("{\"copy_from\":\"%s\"}".formatted(id));
        assertThat(get("/models/" + copy).body().path("description").stringValue())
                .isEqualTo("更好");
        assertThat(call("PUT", "/models/" + id, "{\"description\":\"\"}").body().has("description"))
                .isFalse();
        assertThat(call("PUT", "/models/" + id, "{}").status()).isEqualTo(200);
        assertThat(events(id)).hasSize(3);
        Answer bad = call("PUT", "/models/" + id, "{\"description\":\"a<b\"}");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.body().path("error_msg").stringValue()).contains("description", "'a<b'");
        Answer unknown = call("PUT", "/models/" + id, "{\"model_name\":\"x\"}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body().path("error_msg").stringValue()).contains("model_name");
    }

    @Test
    void aServiceNamesAnAliasAndFollowsIt() throws Exception {
        String first = published(create(body("aliased", "0.0.1")));
        String second = published(create(body("aliased", "0.0.2")));
        String third = create(body("aliased", "0.0.3"));

        Answer given = call("PUT", "/models/" + first + "/aliases/champion", "");
        assertThat(given.status()).as(given.body().toString()).isEqualTo(200);
        assertThat(given.body().path("aliases").toString()).isEqualTo("[\"champion\"]");
        Answer made = call("POST", "/services", """
                {"service_name":"follower","infer_type":"real-time","config":[{"model_id":"aliased@champion",
                 "alias_policy":"follow","specification":"modelarts.vm.cpu.2u","instance_count":1,"weight":100}]}""");
        assertThat(made.status()).as(made.body().toString()).isEqualTo(200);
        String service = made.body().path("service_id").stringValue();
        JsonNode entry = get("/services/" + service).body().path("config").path(0);
        assertThat(entry.path("model_id").stringValue()).isEqualTo(first);
        assertThat(entry.path("model_alias").stringValue()).isEqualTo("aliased@champion");
        assertThat(entry.path("alias_policy").stringValue()).isEqualTo("follow");
        assertThat(call("PUT", "/services/" + service, "{\"status\":\"stopped\"}")
                        .status())
                .isEqualTo(200);

        assertThat(call("PUT", "/models/" + second + "/aliases/champion", "").status())
                .isEqualTo(200);
        assertThat(events(second)).contains("Alias 'aliased@champion' names this version.");
        assertThat(events(first)).contains("Alias 'aliased@champion' does not name this version any more.");
        JsonNode models = get("/models?model_name=aliased&sort_by=model_version&order=asc")
                .body()
                .path("models");
        assertThat(models.path(0).path("aliases").toString()).isEqualTo("[]");
        assertThat(models.path(1).path("aliases").toString()).isEqualTo("[\"champion\"]");

        Answer importing = call("PUT", "/models/" + third + "/aliases/champion", "");
        assertThat(importing.status()).isEqualTo(400);
        assertThat(importing.body().path("error_msg").stringValue())
                .contains("model 'aliased 0.0.3' is publishing", "aliased@champion");
        Answer named = call("DELETE", "/models/" + second + "/aliases/champion", "");
        assertThat(named.body().path("error_msg").stringValue()).contains("service 'follower' (" + service + ")");
        assertThat(call("DELETE", "/models/" + first + "/aliases/champion", "").status())
                .isEqualTo(404);
        Answer form = call("PUT", "/models/" + second + "/aliases/0.0.1", "");
        assertThat(form.status()).isEqualTo(400);
        assertThat(form.body().path("error_msg").stringValue()).contains("'aliased@0.0.1'", "a letter");
        assertThat(call("PUT", "/models/" + second + "/aliases/spare", "").status())
                .isEqualTo(200);
        assertThat(call("DELETE", "/models/" + second + "/aliases/spare", "")
                        .body()
                        .path("aliases")
                        .toString())
                .isEqualTo("[\"champion\"]");
    }

    private static String published(String id) {
        try (Database database = API.database()) {
            new PostgresModelStore(database).change(new ModelId(id), row -> {
                row.save(row.model()
                        .orElseThrow()
                        .checked(Models.config(), 4711)
                        .published(new ImageDigest("sha256:" + "ab".repeat(32))));
                return row;
            });
        }
        return id;
    }

    @Test
    void equalDependenciesChangeNothingAndOthersAreForImportsThatHaveEnded() throws Exception {
        String id = create(body("depending", "0.0.1"));
        Answer kept = call("PUT", "/models/" + id, "{\"dependencies\":[]}");
        assertThat(kept.status()).as(kept.body().toString()).isEqualTo(200);
        assertThat(kept.body().path("model_status").stringValue()).isEqualTo("publishing");
        assertThat(events(id)).contains("Model running dependencies not updated.");
        Answer form = call("PUT", "/models/" + id, "{\"dependencies\":[{\"installer\":\"conda\"}]}");
        assertThat(form.status()).isEqualTo(400);
        assertThat(form.body().path("error_msg").stringValue()).contains("dependencies[0].installer", "'conda'");
    }

    @Test
    void anImportIsCancelled() throws Exception {
        String id = create(body("cancelled", "0.0.1"));

        Answer answer = call("POST", "/models/" + id + "/cancel", "");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("model_status").stringValue()).isEqualTo("failed");
        assertThat(answer.body().path("error_msg").stringValue()).startsWith("the import was cancelled by ");
        assertThat(events(id))
                .containsExactly(
                        "Start model import.",
                        "The status of the image building task is cancelled.",
                        "Failed to build the image.",
                        "Failed to import the model.");
        Answer again = call("POST", "/models/" + id + "/cancel", "");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.body().path("error_code").stringValue()).isEqualTo("ModelArts.3519");
        assertThat(call("POST", "/models/12/cancel", "").status()).isEqualTo(404);
    }

    private List<String> events(String id) throws Exception {
        return get("/models/" + id + "/events?order=asc")
                .body()
                .path("events")
                .valueStream()
                .map(event -> event.path("event_info").stringValue())
                .toList();
    }

    @Test
    void listsByRecordsWithNothingNull() throws Exception {
        create(body("a_b", "0.0.1"));
        create(body("a_b", "0.0.2"));
        create(body("aXb", "0.0.1"));

        assertThat(get("/models?model_name=a_b&exact_match=true&sort_by=model_version&order=asc&env=x")
                        .body()
                        .path("models")
                        .valueStream()
                        .map(model -> model.path("model_version").stringValue()))
                .containsExactly("0.0.1", "0.0.2");
        JsonNode beyond = get("/models?offset=3").body();
        assertThat(beyond.path("models").toString()).isEqualTo("[]");
        assertThat(beyond.path("total_count").asInt()).isEqualTo(3);
        assertThat(get("/models?model_status=building").body().path("models").toString())
                .isEqualTo("[]");
        assertThat(get("/models?limit=1").body().path("count").asInt()).isEqualTo(1);
        assertThat(get("/models/template?offset=0").body().path("total_count").asInt())
                .isEqualTo(12);
        assertThat(get("/models/template?offset=12").body().path("templates").toString())
                .isEqualTo("[]");
        JsonNode caffe =
                get("/models/template?engine=caffe&env=python3.6&keyword=gpu").body();
        assertThat(caffe.path("count").asInt()).isEqualTo(1);
        assertThat(caffe.path("templates").path(0).path("template_id").stringValue())
                .isEqualTo("caffe-gpu-py36");
        assertThat(caffe.path("templates").path(0).path("status").stringValue()).isEqualTo("on_successor");
        JsonNode engines = get("/models/ai-engine-runtimes").body();
        assertThat(engines.path("engine_runtimes").path(0).path("ai_engine").stringValue())
                .isEqualTo("Custom");
        assertThat(get("/models/ai-engine-runtimes?offset=8")
                        .body()
                        .path("engine_runtimes")
                        .toString())
                .isEqualTo("[]");
    }

    @Test
    void aTemplateIsShownAsItWasSentAndFoundByItsType() throws Exception {
        String template =
                "{\"template_id\":\"pytorch-py36\",\"template_inputs\":[{\"input\":\"obs://bkt/m/model/\",\"input_id\":\"model_folder\"}]}";
        String id = create(
                "{\"model_name\":\"templated\",\"model_type\":\"Template\",\"template\":%s}".formatted(template));
        create(body("trained", "0.0.1").replace("}", ",\"source_type\":\"auto\",\"source_job_id\":\"7\"}"));
        JsonNode shown = get("/models/" + id).body();

        assertThat(shown.path("model_type").stringValue()).isEqualTo("Template");
        assertThat(shown.path("template")).isEqualTo(MAPPER.readTree(template));
        assertThat(shown.path("install_type").toString()).isEqualTo("[\"real-time\"]");
        assertThat(shown.path("runtime").stringValue()).isEqualTo("python3.6");
        assertThat(names("?model_type=Template")).containsExactly("templated");
        assertThat(names("?model_type=PyTorch")).isEmpty();
        assertThat(names("?not_model_type=Template")).containsExactly("trained");
        JsonNode trained =
                get("/models?model_name=trained").body().path("models").path(0);
        assertThat(trained.path("source_type").stringValue()).isEqualTo("auto");
        assertThat(trained.path("model_source").stringValue()).isEqualTo("auto");
        String copy = create("{\"copy_from\":\"%s\"}".formatted(id));
        assertThat(get("/models/" + copy).body().path("template")).isEqualTo(MAPPER.readTree(template));
    }

    private List<String> names(String query) throws Exception {
        return get("/models" + query)
                .body()
                .path("models")
                .valueStream()
                .map(model -> model.path("model_name").stringValue())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"iris_0.1", "12", "0e0e0e0e-0000-4000-8000-000000000001", "a.b"})
    void answers404ForWhatIsNoModel(String id) throws Exception {
        Answer answer = get("/models/" + id);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body().path("error_code").stringValue()).isEqualTo("ModelArts.3001");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
    }

    @Test
    void answers409ForANameAndVersionTwice() throws Exception {
        create(body("twice", "0.0.1"));
        Answer again = call("POST", "/models", body("twice", "0.0.1"));

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body().path("error_code").stringValue()).isEqualTo("ModelArts.3002");
    }

    @Test
    void refusesBadBodiesByPlace() throws Exception {
        Answer broken = call("POST", "/models", "{\"model_name\": oops}");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.body().path("error_code").stringValue()).isEqualTo("ModelArts.0104");
        assertThat(broken.body().path("error_msg").stringValue()).contains("line 1, column 16");

        Answer foreign = call(
                "POST",
                "/models",
                body("foreign", "0.0.1").replace("https://models.obs.local", "https://models.obs.example"));
        assertThat(foreign.status()).isEqualTo(400);
        assertThat(foreign.body().path("error_code").stringValue()).isEqualTo("ModelArts.3017");

        assertThat(call("POST", "/models", "").status()).isEqualTo(400);
    }

    @Test
    void deletesAndSaysWhatIsInUse() throws Exception {
        String free = create(body("gone", "0.0.1"));
        String used = create(body("gone", "0.0.2"));
        nameByService(used);

        Answer answer = call("DELETE", "/models/" + free + "?cascade=True", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("delete_success_list").toString()).isEqualTo("[\"" + free + "\"]");
        JsonNode refused = answer.body().path("delete_failed_list").path(0);
        assertThat(refused.path("model_id").stringValue()).isEqualTo(used);
        assertThat(refused.path("error_code").stringValue()).isEqualTo("ModelArts.3009");
        assertThat(get("/models/" + free).status()).isEqualTo(404);
        assertThat(get("/models/" + used + "/events?event_type=abnormal")
                        .body()
                        .path("events")
                        .path(0)
                        .path("cause")
                        .stringValue())
                .contains("is used by service '");
    }

    @Test
    void showsWhatTheImportFound() throws Exception {
        String id = published(create(body("found", "0.0.1")));
        JsonNode shown = get("/models/" + id).body();

        assertThat(shown.path("model_status").stringValue()).isEqualTo("published");
        assertThat(shown.path("model_size").asInt()).isEqualTo(4711);
        assertThat(shown.path("config").stringValue()).isEqualTo(Models.config().text());
        assertThat(shown.path("apis").stringValue()).startsWith("[{\"url\":\"/\",\"method\":\"post\"");
        assertThat(shown.path("image_address").stringValue()).contains("sha256:");
    }

    @Test
    void showsNothingToAnotherProject() throws Exception {
        String id = create(body("secret", "0.0.1"));
        String other = "f".repeat(32);

        assertThat(call(other, other, "GET", "/models/" + id, "").status()).isEqualTo(404);
        assertThat(call(other, other, "GET", "/models/" + id + "/events", "").status())
                .isEqualTo(404);
        assertThat(call(other, other, "DELETE", "/models/" + id, "").status()).isEqualTo(404);
        assertThat(call(other, project, "GET", "/models/" + id, "").status()).isIn(401, 403);
    }

    private void nameByService(String model) {
        try (Database database = API.database()) {
            database.inTransaction(() -> {
                String id = UUID.randomUUID().toString();
                database.jdbc().sql("""
                                INSERT INTO service (id, project, tenant, owner, name, infer_type, workspace_id,
                                    priority, extras, state, generation, taken, observed, serving, wanted,
                                    asked_config, published_at, transitioned_at, updated_at, asked_at)
                                VALUES (?, ?, 't', 'o', ?, 'REAL_TIME', '0', 2, '{}', 'STOPPED', 1, 1, 1, 1, 'STOPPED',
                                    '{}', now(), now(), now(), now())""").params(id, project, id).update();
                database.jdbc()
                        .sql("INSERT INTO service_model (service, model) VALUES (?, ?)")
                        .params(id, model)
                        .update();
            });
        }
    }

    private static String body(String name, String version) {
        return """
                {"model_name":"%s","model_version":"%s","model_type":"Custom",
                 "source_location":"https://models.obs.local/iris/"}
                """.formatted(name, version);
    }

    private String create(String body) throws Exception {
        Answer answer = call("POST", "/models", body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body().path("model_id").stringValue();
    }

    private Answer get(String path) throws Exception {
        return call("GET", path, "");
    }

    private Answer call(String method, String path, String body) throws Exception {
        return API.call(project, method, path, body);
    }

    private static Answer call(String tokenProject, String project, String method, String path, String body)
            throws Exception {
        return API.call(tokenProject, project, method, path, body);
    }
}
