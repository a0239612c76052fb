package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.formats.model.ModelItem;
import dev.slipway.formats.wire.WireJson;
import dev.slipway.standalone.load.LoadReport;
import dev.slipway.standalone.load.SteadyLoad;
import dev.slipway.standalone.settings.FirstSettings;
import dev.slipway.testing.image.DebianRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Images with servers of their own, from a real registry, as models: imported, deployed, upgraded under load, and used by a batch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageIT {

    private static final int PER_SECOND = 30;
    private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]*)\"");

    private static final Pattern INSTANCE = Pattern.compile("service-\\S+-e0-0-\\d+ READY +process \\d+");

    private static final String HEALTH = """
            {"check_method": "HTTP", "url": "/health", "protocol": "%s", "period_seconds": "1", "failure_threshold": "3",
             "timeout_seconds": "2", "initial_delay_seconds": "0"}""";
    private static final String STARTED = """
            {"check_method": "EXEC", "command": "/serve check /etc/passwd", "period_seconds": "1", "failure_threshold": "30"}""";

    private RunningSlipway slipway;
    private DebianRegistry registry;
    private SlipwayClient client;
    private S3ObjectStore objects;
    private InstallationSteps steps;

    @BeforeAll
    void run() throws Exception {
        Path target = Path.of("target").toAbsolutePath();
        Optional<Path> one = TestServers.program("1");
        Optional<Path> two = TestServers.program("2");
        assumeTrue(one.isPresent() && two.isPresent(), "Go is not installed, which builds the servers of the images");
        slipway = RunningSlipway.onNewFolder();
        Optional<DebianRegistry> started = DebianRegistry.start(
                target.resolve("docker-registry"), slipway.data().resolve("registry"));
        assumeTrue(started.isPresent(), "docker-registry is neither unpacked below target nor can be had from Debian");
        registry = started.get();
        TestServers.image(one.get(), """
                {"Entrypoint":["/serve"],"WorkingDir":"/app","User":"serve","Env":["OF_IMAGE=yes"]}""").push(registry, "group/served", "1.0");
        TestServers.image(two.get(), """
                {"Entrypoint":["/serve"],"WorkingDir":"/app","User":"serve","Env":["OF_IMAGE=yes"]}""").push(registry, "group/served", "2.0");
        TestServers.image(two.get(), """
                {"Cmd":["/serve"],"Env":["SERVER_TLS=1","SERVER_PORT=8443"]}""").push(registry, "group/served", "tls");
        Path password = slipway.data().resolve("registry-password");
        Files.writeString(password, DebianRegistry.PASSWORD + "\n");
        Files.writeString(
                slipway.data().resolve("slipway.yml"),
                FirstSettings.text() + """

                images:
                  registries:
                    - {host: '%s', user: %s, password-file: '%s', insecure: true}
                  push: {registry: '%s'}
                """.formatted(registry.host(), DebianRegistry.USER, password, registry.host()));
        slipway.up();
        Map<String, String> env = slipway.env();
        client = slipway.client();
        objects = RunningSlipway.objects(env);
        steps = new InstallationSteps(client, objects);
    }

    @AfterAll
    void down() throws Exception {
        try {
            if (client != null) {
                objects.close();
                client.close();
            }
        } finally {
            registry.close();
            slipway.close();
        }
    }

    @Test
    void isDeployedAndUpgradedUnderLoadAndUsedByABatch() throws Exception {
        String one = imported("served", "0.0.1", "1.0", config("http", 8080));
        String two = imported("served", "0.0.2", "2.0", config("http", 8080));
        String service = steps.deploy("served", one, 2);
        JsonNode seen = WireJson.tree(client.predict(steps.address(service) + "/seen", "{}"));
        assertThat(seen.path("uid").asInt()).isEqualTo(1234);
        assertThat(seen.path("directory").asString()).isEqualTo("/app");
        assertThat(seen.path("environment").toString()).contains("OF_IMAGE=yes", "HOME=/app");
        assertThat(seen.path("interfaces").toString()).isEqualTo("[\"lo\"]");
        assertThat(seen.path("CapEff").asString()).isEqualTo("0".repeat(16));

        SteadyLoad load = SteadyLoad.start(
                client.prediction(steps.address(service), "{\"id\":1}"), PER_SECOND, ImageIT::versionIn);
        steps.update(service, InstallationSteps.entry(two, 2, Map.of()));
        RunningSlipway.await("the new version answers", Duration.ofSeconds(90), () -> load.report()
                .versions()
                .containsKey("2"));
        steps.awaitStatus(service, "running");
        LoadReport report = load.stop();
        System.out.println("upgrade of an image: " + report.versions() + " failed=" + report.failed());
        assertThat(report.failures()).isEmpty();
        assertThat(report.answered()).isEqualTo(report.sent());
        client.services().delete(service);

        ObjectUri in = new ObjectUri("slipway", "images/in/");
        ObjectUri out = new ObjectUri("slipway", "images/out/");
        for (int each = 0; each < 5; each++) {
            objects.put(
                    in.resolve("%d.txt".formatted(each)),
                    "{\"n\":%d}".formatted(each).getBytes(StandardCharsets.UTF_8));
        }
        String batch = steps.batchOfFiles("served-batch", two, 1, in, out);
        steps.awaitStatus(batch, "finished");
        List<ObjectUri> results = objects.list(out, null).objects().stream()
                .map(StoredObject::uri)
                .filter(uri -> uri.baseName().matches("[0-4].txt_result.txt"))
                .toList();
        assertThat(results).hasSize(5);
        for (ObjectUri result : results) {
            assertThat(String.join("", steps.lines(result))).contains("\"version\":\"2\"");
        }
    }

    @Test
    void speaksHttpsByDefaultWithTheCertificateFirstSeen() throws Exception {
        String config = """
                {"model_algorithm": "served", "model_type": "Image", "port": 8443, "health": %s,
                 "apis": [{"url": "/", "method": "post", "request": {"Content-type": "application/json"}}]}""".formatted(HEALTH.formatted("https"));
        String model = imported("secured", "0.0.1", "tls", config);
        String service = steps.deploy("secured", model, 1);

        assertThat(client.predict(steps.address(service) + "/a/path", "{\"id\":7}"))
                .contains("\"path\":\"/a/path\"", "\"id\":7");
        client.services().delete(service);

        ObjectUri in = new ObjectUri("slipway", "images/secured/in/");
        ObjectUri out = new ObjectUri("slipway", "images/secured/out/");
        objects.put(in.resolve("a.txt"), "{\"n\":41}".getBytes(StandardCharsets.UTF_8));
        objects.put(in.resolve("b.txt"), "{\"n\":42}".getBytes(StandardCharsets.UTF_8));
        String batch = steps.batchOfFiles("secured-batch", model, 1, in, out);
        steps.awaitStatus(batch, "finished");
        Map<String, String> answers = objects.list(out, null).objects().stream()
                .map(StoredObject::uri)
                .filter(uri -> uri.baseName().endsWith(".txt_result.txt"))
                .collect(Collectors.toMap(ObjectUri::baseName, uri -> String.join("", steps.lines(uri))));
        assertThat(answers).containsOnlyKeys("a.txt_result.txt", "b.txt_result.txt");
        assertThat(answers.get("a.txt_result.txt")).contains("\"n\":41");
        assertThat(answers.get("b.txt_result.txt")).contains("\"n\":42");
    }

    /** Of a package; the registry is asked for it by its digest and by its tag. */
    @Test
    void pushesABuiltImageByItsDigest() throws Exception {
        ObjectUri folder = new ObjectUri("slipway", "pushed/");
        String one = steps.importModel("pushed", "0.0.1", TestPackages.slowEcho(objects, folder, "one", 0));
        String address = String.valueOf(client.models().show(one).imageAddress());
        assertThat(address).matches(Pattern.quote(registry.host()) + "/slipway/models@sha256:[0-9a-f]{64}");
        assertThat(client.models().events(one, Map.of()).toString())
                .contains("The image of the model is pushed to the registry.", address);
        String digest = address.substring(address.indexOf('@') + 1);
        for (String reference : List.of(digest, one)) {
            HttpResponse<String> manifest = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://%s/v2/slipway/models/manifests/%s"
                                            .formatted(registry.host(), reference)))
                                    .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                                    .header(
                                            "Authorization",
                                            "Basic "
                                                    + Base64.getEncoder()
                                                            .encodeToString((DebianRegistry.USER + ":"
                                                                            + DebianRegistry.PASSWORD)
                                                                    .getBytes(StandardCharsets.UTF_8)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(manifest.statusCode()).as(manifest.body()).isEqualTo(200);
            assertThat(manifest.headers().firstValue("Docker-Content-Digest")).hasValue(digest);
        }
        String two = steps.importModel("pushed", "0.0.2", folder);
        assertThat(client.models().events(two, Map.of()).toString()).contains("0 bytes of layers sent");
    }

    @Test
    void goesOnServingWhenSlipwayIsKilled() throws Exception {
        String config = """
                {"model_algorithm": "served", "model_type": "Image", "port": 8443, "health": %s}""".formatted(HEALTH.formatted("https"));
        String service = steps.deploy("kept", imported("kept", "0.0.1", "tls", config), 1);
        String instances =
                slipway.command("status", "--data", slipway.data().toString()).text();
        Matcher before = INSTANCE.matcher(instances);
        assertThat(before.find()).as(instances).isTrue();

        slipway.killNine("up");
        slipway.up();

        RunningSlipway.await("the same instance is ready", Duration.ofSeconds(60), () -> {
            try {
                return slipway.command("status", "--data", slipway.data().toString())
                        .text()
                        .contains(before.group());
            } catch (Exception e) { // a test's edge: it is asked again
                return false;
            }
        });
        assertThat(client.predict(steps.address(service) + "/b", "{\"id\":8}")).contains("\"path\":\"/b\"");
        client.services().delete(service);
    }

    @Test
    void saysThatAServerSpeaksNoHttps() throws Exception {
        String model =
                created("plain", "0.0.1", "1.0", "{\"model_algorithm\": \"served\", \"model_type\": \"Image\"}", "");
        ModelItem ended = steps.ended(model);

        assertThat(ended.modelStatus()).isEqualTo("failed");
        assertThat(client.models().events(model, Map.of()).toString())
                .contains("does not speak HTTPS, which is the default for images");
    }

    @Test
    void refusesByEventWhatCannotBePulled() throws Exception {
        String model = created("missing", "0.0.1", "9.9", config("http", 8080), "");

        assertThat(steps.ended(model).modelStatus()).isEqualTo("failed");
        assertThat(client.models().events(model, Map.of()).toString())
                .contains("Image %s/group/served does not have the 9.9 tag.".formatted(registry.host()));
    }

    @Test
    void comesFromALayoutInObjectStorage() throws Exception {
        ObjectUri folder = new ObjectUri("slipway", "images/layout/");
        TestServers.image(TestServers.program("2").orElseThrow(), "{\"Cmd\":[\"/serve\"]}")
                .upload(objects, folder, "3.0");
        String body = """
                {"model_name": "stored", "model_version": "0.0.1", "model_type": "Image", "source_location": "obs://slipway/images/layout:3.0",
                 "apis": [{"url": "/", "method": "post", "protocol": "http"}]}""";
        String model = WireJson.tree(client.call("POST", "/models", body).text())
                .path("model_id")
                .asString();

        assertThat(steps.ended(model).modelStatus())
                .as(client.models().events(model, Map.of()).toString())
                .isEqualTo("published");
    }

    @Test
    void startsByACommandOfTheRequest() throws Exception {
        String model =
                created("commanded", "0.0.1", "1.0", config("http", 8080), ", \"cmd\": \"/serve 'an argument'\"");
        assertThat(steps.ended(model).modelStatus())
                .as(client.models().events(model, Map.of()).toString())
                .isEqualTo("published");
        String service = steps.deploy("commanded", model, 1);
        JsonNode seen = WireJson.tree(client.predict(steps.address(service) + "/seen", "{}"));
        assertThat(seen.path("arguments").toString()).isEqualTo("[\"/serve\",\"an argument\"]");
        client.services().delete(service);
    }

    private static String config(String protocol, int port) {
        return """
                {"model_algorithm": "served", "model_type": "Image", "protocol": "%s", "port": %d,
                 "health": %s, "startup_health": %s,
                 "apis": [{"url": "/", "method": "post", "request": {"Content-type": "application/json"}}]}""".formatted(protocol, port, HEALTH.formatted(protocol), STARTED);
    }

    private String imported(String name, String version, String tag, String config) {
        String id = created(name, version, tag, config, ", \"source_copy\": \"false\"");
        assertThat(steps.ended(id).modelStatus())
                .as(client.models().events(id, Map.of()).toString())
                .isEqualTo("published");
        return id;
    }

    private String created(String name, String version, String tag, String config, String more) {
        String body = """
                {"model_name": "%s", "model_version": "%s", "model_type": "Image", "source_location": "%s/group/served:%s",
                 "initial_config": %s%s}""".formatted(name, version, registry.host(), tag, config, more);
        String answer = client.call("POST", "/models", body).text();
        assertThat(answer).contains("model_id");
        return WireJson.tree(answer).path("model_id").asString();
    }

    private static String versionIn(String body) {
        Matcher matcher = VERSION.matcher(body);
        return matcher.find() ? matcher.group(1) : body;
    }
}
