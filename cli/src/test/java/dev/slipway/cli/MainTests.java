package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stranger sees. The server answers what a test says; {@code acceptance} meets the real one. */
class MainTests {

    private static final String ID = "0e3bd2f0-0000-4000-8000-000000000000";
    private static final String ITEM = """
            "service_id":"%s","service_name":"%s","tenant":"t","project":"p","owner":"o","infer_type":"%s",
            "workspace_id":"0","status":"%s","publish_at":1,"transition_at":2,"operation_time":2,"is_shared":false,
            "shared_count":0,"is_opened_sample_collection":false""";
    private static final String ENTRY = """
            "model_id":"m","model_name":"iris","model_version":"0.0.1","specification":"cpu","weight":100,
            "instance_count":2,"envs":{}""";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final HttpServer server;
    private final Map<String, String> environment = new LinkedHashMap<>();

    @TempDir
    private Path temporary;

    MainTests() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        environment.put(
                "SLIPWAY_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort());
        environment.put("OS_USER_DOMAIN_NAME", "acme");
        environment.put("OS_USERNAME", "alice");
        environment.put("OS_PASSWORD", "wonderland");
        environment.put("OS_PROJECT_NAME", "one");
        answer("/", 404, "{\"error_code\":\"ModelArts.3502\",\"error_msg\":\"there is none\"}");
        server.createContext("/v3/auth/tokens", exchange -> {
            exchange.getResponseHeaders().set("X-Subject-Token", "t");
            send(exchange, 201, """
                    {"token":{"methods":[],"expires_at":"","issued_at":"","user":{"id":"u","name":"alice","domain":
                     {"id":"d","name":"acme"},"password_expires_at":""},"project":{"id":"p","name":"one","domain":
                     {"id":"d","name":"acme"}},"roles":[]}}
                    """);
        });
        answer("/v1/p/services", 200, "{\"total_count\":0,\"count\":0,\"services\":[]}");
        answer("/v1/p/models", 200, "{\"total_count\":0,\"count\":0,\"models\":[]}");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void saysWhichVariablesAreMissingAndWhoPrintsThem() {
        environment.remove("OS_PASSWORD");
        environment.put("OS_USERNAME", "");

        assertThat(run("logs", ID)).isEqualTo(1);

        assertThat(text(err))
                .isEqualTo(
                        "slipway logs: the variables OS_USERNAME, OS_PASSWORD are not set; fill the environment first: eval \"$(./slipway env)\" (with --data DIR for another folder than ./data)\n");
    }

    @Test
    void saysWhatIsWrongWithTheAddress() {
        environment.put("SLIPWAY_ENDPOINT", "localhost");
        assertThat(run("batch", ID)).isEqualTo(1);
        assertThat(text(err)).contains("expected an address such as http://127.0.0.1:7300, found 'localhost'");

        environment.put("SLIPWAY_ENDPOINT", "http://127.0.0.1:1");
        assertThat(run("batch", ID)).isEqualTo(1);
        assertThat(text(err)).contains("no Slipway answers at 'http://127.0.0.1:1'", "./slipway status");
    }

    @Test
    void saysThatTheLoginIsRefused() {
        server.removeContext("/v3/auth/tokens");
        answer("/v3/auth/tokens", 401, "{\"error_code\":\"ModelArts.0203\",\"error_msg\":\"the password is wrong\"}");

        assertThat(run("logs", ID)).isEqualTo(1);

        assertThat(text(err))
                .contains("user 'alice' of 'acme' gets no token for project 'one': the password is wrong; fill")
                .doesNotContain("wonderland");
    }

    @Test
    void showsInstancesWithTheirTimesCausesAndLogs() {
        serveGarden();
        answer("/v1/p/services/" + ID + "/events", 200, """
                {"service_id":"s","service_name":"garden","total_count":0,"count":0,"events":[]}""");
        answer("/v1/p/services/" + ID + "/logs", 200, """
                {"service_id":"s","service_name":"garden","logs":[]}""");
        answer("/v1/p/services/" + ID + "/instances", 200, """
                {"service_id":"s","service_name":"garden","count":3,"instances":[
                 {"instance_id":"v2-1.0","state":"ready","started_at":1700000001000,"log_file":"/data/logs/v2-1.0"},
                 {"instance_id":"v1-1.3","state":"exited","started_at":1700000000000,"ended_at":1700000000999,"exit_code":3,
                  "cause":"no weights\\n\\u001b[31mred"},
                 {"instance_id":"v1-2.0","state":"starting"}]}
                """);

        assertThat(run("logs", "garden")).as(text(err)).isZero();

        assertThat(text(out)).endsWith("""
                Instances, latest start first
                2023-11-14T22:13:21Z  ready     v2-1.0
                    log:     /data/logs/v2-1.0
                2023-11-14T22:13:20Z to 2023-11-14T22:13:20Z  exited    v1-1.3
                    because: no weights
                    because: ?[31mred
                -  starting  v1-2.0
                """);
    }

    @ParameterizedTest
    @CsvSource({"true,''", "false,(the last lines of '/data/logs/x')"})
    void showsWhatAnInstancePrinted(boolean whole, String first) {
        serveGarden();
        answer("/v1/p/services/" + ID + "/instances/v1-1.3/logs", 200, """
                {"service_id":"s","instance_id":"v1-1.3","log_file":"/data/logs/x","is_whole":%s,"log":"one\\n\\u001b[2Jtwo\\n"}
                """.formatted(whole));

        assertThat(run("logs", "garden", "v1-1.3")).as(text(err)).isZero();

        assertThat(text(out)).isEqualTo((first.isEmpty() ? "" : first + "\n") + "one\n?[2Jtwo\n");
    }

    @Test
    void refusesAnInstanceOfWhatIsNoService() {
        answer("/v1/p/services/garden", 404, "{\"error_code\":\"ModelArts.3502\",\"error_msg\":\"no\"}");

        assertThat(run("logs", "garden", "v1-1.3")).isEqualTo(1);

        assertThat(text(err))
                .contains("no service of this project has the id or the name 'garden': only services have instances");
    }

    private void serveGarden() {
        server.removeContext("/v1/p/services");
        String service = ITEM.formatted(ID, "garden", "real-time", "running");
        answer("/v1/p/services", 200, "{\"total_count\":1,\"count\":1,\"services\":[{%s}]}".formatted(service));
        answer("/v1/p/services/garden", 404, "{\"error_code\":\"ModelArts.3502\",\"error_msg\":\"no\"}");
        answer("/v1/p/services/" + ID, 200, "{%s,\"update_time\":4,\"priority\":2,\"config\":[]}".formatted(service));
    }

    @Test
    void showsEventsOfAServiceByItsNameWithoutWhatCouldHurtATerminal() {
        serveGarden();
        answer("/v1/p/services/" + ID + "/events", 200, """
                {"service_id":"s","service_name":"garden","total_count":2,"count":2,"events":[
                 {"event_type":"normal","event_info":"start to deploy service","occur_time":1700000000123},
                 {"event_type":"abnormal","event_info":"it fell","occur_time":1700000001000,
                  "cause":"Traceback\\n  \\u001b[31mred","advice":"look at it"}]}
                """);
        answer("/v1/p/services/" + ID + "/logs", 200, """
                {"service_id":"s","service_name":"garden","logs":[{"update_time":1700000000000,"result":"FAIL",
                 "cause":"not ready","config":[{%s}],"extend_config":[]}]}
                """.formatted(ENTRY));
        answer(
                "/v1/p/services/" + ID + "/instances",
                200,
                "{\"service_id\":\"s\",\"service_name\":\"garden\",\"count\":0,\"instances\":[]}");

        assertThat(run("logs", "garden")).as(text(err)).isZero();

        assertThat(text(out)).isEqualTo("""
                service garden  %s  running
                2023-11-14T22:13:20Z  normal    start to deploy service
                2023-11-14T22:13:21Z  abnormal  it fell
                    because: Traceback
                    because:   ?[31mred
                    to do:   look at it
                Configurations, newest first
                2023-11-14T22:13:20Z  FAIL      iris 0.0.1 on cpu x 2, weight 100
                    because: not ready
                Instances, latest start first
                none: none was started yet, or their logs are removed
                """.formatted(ID));
    }

    @Test
    void showsTheTaskOfABatchService() {
        answer("/v1/p/services/" + ID, 200, """
                {%s,"task_id":"T","task":{"id":"T","status":"finished","records":76,"done":76,"failed":2,"files":3,
                 "started_at":1700000000000,"ended_at":1700000060000,
                 "manifest":"obs://b/out/infer-result-T.manifest"},"update_time":4,"priority":2,
                 "config":[{%s,"src_path":"obs://b/in/","dest_path":"obs://b/out"}]}
                """.formatted(ITEM.formatted(ID, "garden", "batch", "finished"), ENTRY));

        assertThat(run("batch", ID)).as(text(err)).isZero();

        assertThat(text(out)).isEqualTo("""
                batch garden  %s  finished
                  model     iris 0.0.1 on cpu x 2
                  from      obs://b/in/
                  to        obs://b/out
                  task      T  finished
                  records   76 of 76 done, 2 of them failed; 3 files
                  started   2023-11-14T22:13:20Z
                  ended     2023-11-14T22:14:20Z
                  manifest  obs://b/out/infer-result-T.manifest
                """.formatted(ID));
    }

    @Test
    void saysThatThereIsNoSuchThing() {
        assertThat(run("logs", "nothing")).isEqualTo(1);
        assertThat(run("batch", "nothing")).isEqualTo(1);
        assertThat(text(err))
                .contains("no service and no model of this project has the id or the name 'nothing'")
                .contains("no service of this project has the id or the name 'nothing'");
    }

    @Test
    void saysThatARealTimeServiceHasNoTask() {
        answer(
                "/v1/p/services/" + ID,
                200,
                "{%s,\"update_time\":4,\"priority\":2,\"config\":[]}"
                        .formatted(ITEM.formatted(ID, "garden", "real-time", "running")));
        assertThat(run("batch", ID)).isEqualTo(1);
        assertThat(text(err)).contains("is real-time and has no task; './slipway logs " + ID);
    }

    @Test
    void looksAtAPackageWithoutAnInstallation() throws IOException {
        environment.clear();
        Path model = Files.createDirectories(temporary.resolve("iris/model"));
        Path iris = temporary.resolve("iris");
        assertThat(run("lint", iris.toString())).isEqualTo(1);
        assertThat(text(err)).contains("has no model/config.json, which every package needs");

        Path config = Files.writeString(
                model.resolve("config.json"),
                "{\"model_algorithm\": \"a\",\n \"model_type\": \"Custom\",\n \"metrics\": {\"f1\": \"high\"}}");
        assertThat(run("lint", iris.toString())).isEqualTo(1);
        assertThat(text(err))
                .contains(config + "': model/config.json, line 3, column", "metrics.f1", "expected a number");

        Files.writeString(config, "{\"model_algorithm\": \"a\", \"model_type\": \"Custom\", \"apis\": []}");
        assertThat(run("lint", iris.toString())).isEqualTo(1);
        assertThat(text(err))
                .contains("engine 'Custom' has no default service class", "Add model/customize_service.py");

        Path code =
                Files.writeString(model.resolve("customize_service.py"), "import json, nowhere_a\nimport nowhere_b\n");
        assertThat(run("lint", iris.toString())).isEqualTo(1);
        assertThat(text(err))
                .contains("module 'nowhere_a' is not installed (customize_service.py, line 1)", "module 'nowhere_b'");

        Files.writeString(code, "import json\n");
        assertThat(run("lint", iris.toString())).as(text(err)).isZero();
        assertThat(run("lint", model.toString())).as(text(err)).isZero();
        assertThat(run("lint", config.toString())).as(text(err)).isZero();
        assertThat(text(out))
                .contains(
                        "is good: model_type Custom, runtime by default, 0 apis",
                        "imports were looked at with Python 3",
                        "how to call it: POST https://GATEWAY/v1/infers/SERVICE_ID",
                        "curl -X POST");

        Files.writeString(
                config, "{\"model_algorithm\": \"a\", \"model_type\": \"Custom\", \"batching\": {\"size\": 4}}");
        assertThat(run("lint", iris.toString())).isEqualTo(1);
        assertThat(text(err)).contains("declares 'batching' and the package has no _inference_batch");
        Files.writeString(code, "class S:\n    def _inference_batch(self, requests):\n        return requests\n");
        assertThat(run("lint", iris.toString())).as(text(err)).isZero();

        Files.write(config, new byte[3 << 20]);
        assertThat(run("lint", iris.toString())).isEqualTo(1);
        assertThat(text(err)).contains("expected at most 1048576");
    }

    @Test
    void saysWhatTheImportInstallsAndWhichWheelIsNotThere() throws IOException {
        Path model = Files.createDirectories(temporary.resolve("own/model"));
        String config = """
                {"model_algorithm": "a", "model_type": "%s", "apis": [], "dependencies": [{"installer": "pip", "packages": [
                  {"package_name": "easydict", "package_version": "1.9", "restraint": "ATLEAST"},
                  {"package_name": "own-1.0-py3-none-any.whl"}]}]}
                """;
        Files.writeString(model.resolve("customize_service.py"), "import json\n");
        Files.writeString(model.resolve("config.json"), config.formatted("Custom"));
        assertThat(run("lint", model.toString())).isEqualTo(1);
        assertThat(text(err))
                .contains(
                        "wheel 'own-1.0-py3-none-any.whl' of the dependencies is not in the package", "found no wheel");

        Files.createFile(model.resolve("own-1.0-py3-none-any.whl"));
        assertThat(run("lint", model.toString())).as(text(err)).isZero();
        assertThat(text(out)).contains("the import installs easydict>=1.9, own-1.0-py3-none-any.whl; whether");

        Files.writeString(model.resolve("config.json"), config.formatted("MindSpore"));
        assertThat(run("lint", model.toString())).as(text(err)).isZero();
        assertThat(text(out)).contains(" packages of engine 'MindSpore' (", " ...), easydict>=1.9");
    }

    @Test
    void showsTheLogOfTheBuildOfAModel() {
        String item = """
                "model_id":"%s","model_name":"easy","model_version":"0.0.1","model_type":"Custom","model_size":1,"model_status":"failed",
                "tenant":"t","project":"p","owner":"o","create_at":1,"source_type":"auto","model_source":"custom","install_type":[],
                "workspace_id":"0","market_flag":false,"publishable_flag":false,"tunable":false,"specification":{},"aliases":[]""".formatted(ID);
        server.removeContext("/v1/p/models");
        answer("/v1/p/models", 200, "{\"total_count\":1,\"count\":1,\"models\":[{%s}]}".formatted(item));
        answer("/v1/p/models/easy", 404, "{\"error_code\":\"ModelArts.3002\",\"error_msg\":\"there is none\"}");
        answer("/v1/p/models/" + ID, 200, """
                {%s,"apis":"[]","input_params":[],"output_params":[],"dependencies":[],"model_docs":[],"model_labels":[],
                 "labels_map":{"labels":[]},"trial":{},"dynamic_loading":false,"call_guide":[]}
                """.formatted(item));
        answer(
                "/v1/p/models/" + ID + "/build-log",
                200,
                "{\"model_id\":\"%s\",\"log\":\"Collecting easydict\\n\\u001b[31mERROR: none\\n\"}".formatted(ID));

        assertThat(run("logs", "easy", "build")).as(text(err)).isZero();
        assertThat(text(out)).isEqualTo("Collecting easydict\n?[31mERROR: none\n");

        server.removeContext("/v1/p/models/" + ID + "/build-log");
        answer("/v1/p/models/" + ID + "/build-log", 200, "{\"model_id\":\"%s\",\"log\":\"\"}".formatted(ID));
        assertThat(run("logs", "easy", "build")).as(text(err)).isZero();
        assertThat(text(out)).endsWith("nothing was installed for it, or not yet\n");

        assertThat(run("logs", "easy", "v1-1.0")).isEqualTo(1);
        assertThat(text(err)).contains("only services have instances, and models have 'build'");
    }

    @Test
    void knowsWhatTheRuntimeOfAPackageInstalls() throws IOException {
        Path real = Files.createDirectories(temporary.resolve("real"));
        Path linked = Files.createDirectories(temporary.resolve("linked"));
        Files.createSymbolicLink(linked.resolve("model"), real);
        Files.writeString(
                real.resolve("config.json"),
                "{\"model_algorithm\": \"a\", \"model_type\": \"PyTorch\", \"runtime\": \"python3.6\", \"apis\": []}");
        Path code = Files.writeString(
                real.resolve("customize_service.py"),
                "import torch, torchvision, cv2, PIL, numpy, yaml, easydict, skimage, pkg_resources\n");

        assertThat(run("lint", linked.toString())).as(text(err)).isZero();
        assertThat(text(out)).doesNotContain("is not installed");

        Files.writeString(code, "import torch\nimport nowhere_a\n");
        assertThat(run("lint", linked.toString())).isEqualTo(1);
        assertThat(text(err)).contains("module 'nowhere_a' is not installed (customize_service.py, line 2)");
    }

    @Test
    void saysHowItIsCalled() {
        assertThat(run("logs")).isEqualTo(2);
        assertThat(run("lint", "a", "b")).isEqualTo(2);
        assertThat(run("batch", "--wrong", "x")).isEqualTo(2);
        assertThat(run("what")).isEqualTo(2);
        assertThat(run("--help")).isZero();
        assertThat(text(out)).contains("logs ", "batch ", "lint ", "./slipway COMMAND --help");
        assertThat(text(err))
                .contains(
                        "slipway logs: expected: ./slipway logs",
                        "ID [INSTANCE], the id or the name of a service or a model")
                .contains("slipway lint: 'b' is one word too many; usage: ./slipway lint")
                .contains("slipway batch: '--wrong' is no option here", "slipway: 'what' is no command");
    }

    @Test
    void namesTheOneVariableThatIsMissing() {
        environment.remove("OS_PASSWORD");

        assertThat(run("logs", ID)).isEqualTo(1);

        assertThat(text(err)).contains("the variable OS_PASSWORD is not set; fill the environment first");
    }

    @ParameterizedTest
    @CsvSource({"logs, ID", "batch, ID", "lint, PATH"})
    void printsTheUsageOfEachCommand(String command, String parameter) {
        for (String help : new String[] {"--help", "-h"}) {
            out.reset();
            assertThat(run(command, "x", help)).isZero();
            assertThat(text(out)).startsWith("Usage: ./slipway " + command).contains(parameter);
        }
        assertThat(text(err)).isEmpty();
        assertThat(text(out).contains("./slipway env --data DIR")).isEqualTo(!command.equals("lint"));
    }

    @Test
    void saysHowToAskTheInstallationOfADataFolder() {
        assertThat(run("logs", "x", "--data", "other")).isEqualTo(2);
        assertThat(run("batch", "--data=other", "x")).isEqualTo(2);
        assertThat(run("lint", "x", "--data", "other")).isEqualTo(2);

        assertThat(text(err).lines())
                .containsExactly(
                        "slipway logs: '--data' is no option here: run eval \"$(./slipway env --data DIR)\" before, which logs in to that one",
                        "slipway batch: '--data' is no option here: run eval \"$(./slipway env --data DIR)\" before, which logs in to that one",
                        "slipway lint: '--data' is no option here: lint reads the package alone and needs no data folder");
    }

    private int run(String... words) {
        return Main.run(List.of(words), environment, print(out), print(err));
    }

    private void answer(String path, int status, String body) {
        server.createContext(path, exchange -> {
            boolean fits =
                    path.equals("/") || exchange.getRequestURI().getPath().equals(path);
            send(
                    exchange,
                    fits ? status : 404,
                    fits ? body : "{\"error_code\":\"ModelArts.3502\",\"error_msg\":\"no\"}");
        });
    }

    private static void send(com.sun.net.httpserver.HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
