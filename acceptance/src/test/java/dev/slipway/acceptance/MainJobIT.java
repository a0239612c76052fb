package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.Answer;
import dev.slipway.client.Login;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.model.CreateModelBody;
import dev.slipway.formats.model.ModelItem;
import dev.slipway.formats.service.CreateServiceBody;
import dev.slipway.formats.service.EntryBody;
import dev.slipway.formats.wire.WireJson;
import dev.slipway.standalone.demo.Demo;
import dev.slipway.standalone.demo.DemoTarget;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The main job, the bad input and the neighbours, on one installation with real processes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainJobIT {

    private static final String NEIGHBOUR = "neighbour";

    private final RunningSlipway slipway;
    private final Map<String, String> env = new LinkedHashMap<>();

    MainJobIT() throws Exception {
        slipway = RunningSlipway.withNeighbour(NEIGHBOUR);
    }

    @BeforeAll
    void up() throws Exception {
        slipway.up();
        env.putAll(slipway.env());
    }

    @AfterAll
    void down() throws Exception {
        try (slipway) {
            Histories.check(env);
        }
    }

    @Test
    void servesFromTheFirstUploadToTheLastDeletionWithoutAFailedRequestOrALostRecord() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DemoTarget target = new DemoTarget(
                RunningSlipway.endpoint(env),
                RunningSlipway.login(env),
                new DemoTarget.Bucket(
                        RunningSlipway.value(env, "AWS_ENDPOINT_URL_S3"),
                        RunningSlipway.value(env, "AWS_REGION"),
                        RunningSlipway.value(env, "AWS_ACCESS_KEY_ID"),
                        RunningSlipway.value(env, "AWS_SECRET_ACCESS_KEY"),
                        RunningSlipway.value(env, "SLIPWAY_BUCKET")),
                RunningSlipway.value(env, "TEMPORAL_UI"),
                Path.of("..", "samples"),
                slipway.data(),
                slipway.data().resolve("logs"));
        String lastLines;
        try {
            lastLines = new Demo(target, new PrintStream(out, true, StandardCharsets.UTF_8)).run();
        } finally {
            System.out.println(out.toString(StandardCharsets.UTF_8));
        }
        System.out.print(lastLines);
        assertThat(lastLines)
                .containsPattern("^\\ndemo: sent=\\d+ answered=\\d+ failed=0 records=76 outcomes=76 seconds=\\d+\\n")
                .containsPattern("\\n\\./slipway up --data .*\\neval \"\\$\\(\\./slipway env .*\\)\"\\ncurl .*\\n$");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("5\\.1,3\\.5,1\\.4,0\\.2 -> setosa \\([01]\\.\\d\\d\\)")
                .contains("Service stopped automatically because due time is reached.")
                .contains("Failed to update service, rollback succeeded.");
    }

    /** The blocks of the user guide up to the batch job, pasted into one shell, as the neighbour. */
    @Test
    void theUserGuideCanBePasted() throws Exception {
        UserGuide.assumeShell();
        Map<String, String> neighbours = new LinkedHashMap<>(env);
        neighbours.put("OS_USER_DOMAIN_NAME", NEIGHBOUR);
        neighbours.put("OS_USERNAME", NEIGHBOUR);
        neighbours.put("OS_PASSWORD", NEIGHBOUR);
        neighbours.put("OS_PROJECT_NAME", NEIGHBOUR);
        Login login = RunningSlipway.login(neighbours);
        try (SlipwayClient client = new SlipwayClient(RunningSlipway.endpoint(env), login)) {
            neighbours.put("OS_PROJECT_ID", client.project());

            String told = UserGuide.paste(neighbours, slipway.data());

            assertThat(told)
                    .containsPattern("\"label\": ?\"setosa\"")
                    .contains("\"result\":\"SUCCESSFUL\"")
                    .contains("Service iris updated successfully.");
            assertThat(client.services().list(Map.of()).totalCount()).isZero();
            assertThat(client.models().list(Map.of()).totalCount()).isZero();
        }
    }

    @Test
    void refusesWhatARequestSaysWrongly() {
        try (SlipwayClient client = slipway.client()) {
            assertRefused(
                    client.call("POST", "/models", model("n".repeat(65), "0.0.1", "obs://slipway/x")),
                    400,
                    "ModelArts.",
                    "model_name");
            assertRefused(
                    client.call("POST", "/models", model("m", "0.0.1", "https://slipway.obs.example.com/x")),
                    400,
                    "ModelArts.3017",
                    "obs.example.com");
            assertRefused(
                    client.call(
                            "POST",
                            "/models",
                            model("m", "0.0.1", "obs://slipway/x").replace("}", ",\"model_nam\":\"x\"}")),
                    400,
                    "ModelArts.0104",
                    "model_nam");
            assertRefused(client.call("POST", "/models", "{\"model_name\":"), 400, "ModelArts.", "line 1");
            assertRefused(client.call("GET", "/models/not-a-uuid", ""), 404, "ModelArts.3001", "not-a-uuid");
            assertRefused(client.call("GET", "/services/not-a-uuid", ""), 404, "ModelArts.3502", "not-a-uuid");
            assertRefused(
                    client.call("POST", "/services", service("s", "0e3bd2f0-0000-4000-8000-000000000000", 1, 100)),
                    400,
                    "ModelArts.3529",
                    "0e3bd2f0-0000-4000-8000-000000000000");
        }
    }

    @Test
    void failsAnImportWithFileLineAndColumn() throws Exception {
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            InstallationSteps steps = new InstallationSteps(client, objects);
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "bad/");
            String code =
                    "from model_service.model_service import SingleNodeService\nclass S(SingleNodeService):\n    pass\n";
            ObjectUri broken = TestPackages.write(
                    objects,
                    root.resolve("broken/"),
                    "{\"model_algorithm\": \"a\",\n \"model_type\" \"Custom\"}",
                    code);
            ObjectUri codeless = TestPackages.write(
                    objects,
                    root.resolve("codeless/"),
                    "{\"model_algorithm\":\"a\",\"model_type\":\"Custom\",\"apis\":[]}",
                    null);
            ObjectUri raising = TestPackages.write(
                    objects,
                    root.resolve("raising/"),
                    "{\"model_algorithm\":\"a\",\"model_type\":\"Custom\",\"apis\":[]}",
                    code.replace(
                            "    pass",
                            "    def __init__(self, name, path):\n        raise ValueError('no such thing')"));
            String one = steps.createModel("bad-broken", "0.0.1", broken);
            String two = steps.createModel("bad-codeless", "0.0.1", codeless);
            String three = steps.createModel("bad-raising", "0.0.1", raising);
            assertFailed(client, steps.ended(one), "config.json", "line 2");
            assertFailed(client, steps.ended(two), "customize_service.py");
            assertFailed(client, steps.ended(three), "ValueError", "no such thing");
        }
    }

    @Test
    void hidesOneProjectFromTheOther() throws Exception {
        try (SlipwayClient mine = slipway.client();
                SlipwayClient theirs = new SlipwayClient(
                        RunningSlipway.endpoint(env), new Login(NEIGHBOUR, NEIGHBOUR, NEIGHBOUR, NEIGHBOUR));
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            ObjectUri source = TestPackages.slowEcho(
                    objects, new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "private/"), "0.0.1", 1);
            InstallationSteps steps = new InstallationSteps(mine, objects);
            String model = steps.importModel("private", "0.0.1", source);
            String service = steps.deploy("private", model, 1);
            String address = steps.address(service);

            assertThat(theirs.models().list(Map.of()).totalCount()).isZero();
            assertThat(theirs.services().list(Map.of()).totalCount()).isZero();
            assertRefused(theirs.call("GET", "/models/" + model, ""), 404, "ModelArts.3001", model);
            assertRefused(theirs.call("GET", "/models/" + model + "/events", ""), 404, "ModelArts.3001", model);
            for (String call : List.of("GET", "PUT", "DELETE")) {
                assertRefused(
                        theirs.call(call, "/services/" + service, call.equals("PUT") ? "{\"status\":\"stopped\"}" : ""),
                        404,
                        "ModelArts.3502",
                        service);
            }
            assertRefused(theirs.call("GET", "/services/" + service + "/events", ""), 404, "ModelArts.3502", service);
            assertRefused(
                    theirs.call("POST", "/services", service("thief", model, 1, 100)), 400, "ModelArts.3529", model);
            Answer prediction = RunningSlipway.send(theirs.prediction(address, "{\"id\":\"1\"}"));
            assertRefused(prediction, 403, "APIG.0302", "");
            assertThat(mine.predict(address, "{\"id\":\"1\"}")).contains("\"id\"");
            mine.services().delete(service);
        }
    }

    private static void assertRefused(Answer answer, int status, String code, String named) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.errorCode()).as(answer.text()).startsWith(code);
        assertThat(answer.errorMessage()).contains(named);
    }

    private static void assertFailed(SlipwayClient client, ModelItem model, String... named) {
        assertThat(model.modelStatus()).isEqualTo("failed");
        assertThat(client.models().events(model.modelId(), Map.of()).toString()).contains(named);
    }

    private static String model(String name, String version, String source) {
        return WireJson.write(CreateModelBody.of(name, version, "Custom", source));
    }

    private static String service(String name, String modelId, int instances, int weight) {
        EntryBody entry = EntryBody.realTime(modelId, InstallationSteps.FLAVOR, instances, weight, Map.of());
        return WireJson.write(CreateServiceBody.realTime(name, entry));
    }
}
