package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.adapters.local.LocalEnvironments;
import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.PipSettings;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.model.CreateModelBody;
import dev.slipway.formats.model.EnvironmentShown;
import dev.slipway.formats.service.CreateServiceBody;
import dev.slipway.formats.service.EntryBody;
import dev.slipway.formats.wire.WireJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packages whose dependencies pip installs from the public index, through import, service and batch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DependenciesIT {

    private static final String INDEX = "pypi.org";
    private static final String FLOWER =
            "{\"data\":{\"req_data\":[{\"sepal_length\":5.1,\"sepal_width\":3.5,\"petal_length\":1.4,\"petal_width\":0.2}]}}";
    private static final String RULE = """
            {"type":"object","properties":{"data":{"type":"object","properties":{"req_data":{"type":"array","items":[
              {"type":"object","properties":{
                "sepal_length":{"type":"number","index":0},"sepal_width":{"type":"number","index":1},
                "petal_length":{"type":"number","index":2},"petal_width":{"type":"number","index":3}}}]}}}}}
            """;

    private final RunningSlipway slipway;
    private final Map<String, String> env = new LinkedHashMap<>();

    @TempDir
    private Path scratch;

    DependenciesIT() throws Exception {
        slipway = RunningSlipway.onNewFolder();
    }

    @BeforeAll
    void up() throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getAllByName(INDEX)[0], 443), 5_000);
        } catch (IOException unreachable) {
            assumeTrue(false, "the package index '%s' can't be reached from here: %s".formatted(INDEX, unreachable));
        }
        slipway.up();
        env.putAll(slipway.env());
    }

    @AfterAll
    void down() throws Exception {
        slipway.close();
    }

    @ParameterizedTest
    @CsvSource({"SCIKIT_LEARN, scikit-learn, setosa", "XGBOOST, xgboost, 0.0"})
    void servesAModelOfAnEngine(ModelType type, String sample, String expected) throws Exception {
        Environment environment = new LocalEnvironments(LocalSettings.usual("python3"), slipway.data())
                .prepare(Engines.of(type).environment("python3"), Wheels.NONE, BuildEvents.none());
        Path trained = train(environment, sample);
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            InstallationSteps steps = new InstallationSteps(client, objects);
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), sample + "/");
            for (String file : List.of("config.json", "iris.m")) {
                objects.put(root.resolve("model/" + file), Files.readAllBytes(trained.resolve(file)));
            }
            String model = client.models()
                    .create(CreateModelBody.of(sample, "0.0.1", type.wireName(), root.toString()))
                    .modelId();
            String told = client.models().events(model, Map.of()).toString();
            assertThat(steps.ended(model).modelStatus()).as(told).isEqualTo("published");
            assertThat(client.models().events(model, Map.of()).toString()).contains("Use cached env image.");
            EnvironmentShown shown =
                    Objects.requireNonNull(client.models().show(model).environment());
            assertThat(shown.packages()).isEqualTo(environment.packages()).hasSizeGreaterThan(10);

            String service = steps.deploy(sample, model, 1);
            assertThat(client.predict(steps.address(service), FLOWER)).contains(expected);
            client.services().delete(service);

            objects.put(
                    root.resolve("in/flowers.csv"),
                    "5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n".getBytes(StandardCharsets.UTF_8));
            String job = client.services()
                    .create(CreateServiceBody.batch(
                            sample + "-rows",
                            EntryBody.batchOfRows(
                                    model,
                                    InstallationSteps.FLAVOR,
                                    1,
                                    root.resolve("in/").toString(),
                                    root.resolve("out/").toString(),
                                    WireJson.tree(RULE))))
                    .serviceId();
            steps.awaitStatus(job, "finished");
        }
    }

    /** The folder {@code model/} of the sample with the trained model. */
    private Path train(Environment environment, String sample) throws IOException, InterruptedException {
        Path samples = Path.of("..", "samples");
        Path copy = Files.createDirectories(scratch.resolve(sample).resolve("model"));
        Files.copy(
                samples.resolve(sample).resolve("train.py"),
                scratch.resolve(sample).resolve("train.py"));
        Files.copy(samples.resolve(sample).resolve("model/config.json"), copy.resolve("config.json"));
        Path flowers = Files.createDirectories(scratch.resolve("iris/training")).resolve("iris.csv");
        if (!Files.exists(flowers)) {
            Files.copy(samples.resolve("iris/training/iris.csv"), flowers);
        }
        Process training = new ProcessBuilder(
                        environment.interpreter(),
                        "-I",
                        scratch.resolve(sample).resolve("train.py").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(training.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(training.waitFor()).as(said).isZero();
        return copy;
    }

    @Test
    void buildsAPackageThatIsPublishedAsSourcesOnly() throws Exception {
        PipSettings pip = PipSettings.USUAL.withSources(new PipSettings.Sources(true, 1024));
        EnvironmentSpec spec = new EnvironmentSpec(
                "Custom", Engines.PYTHON, List.of(), List.of(), List.of("docopt==0.6.2"), List.of(), Map.of());

        Environment built = new LocalEnvironments(
                        LocalSettings.usual("python3").withPip(pip), scratch.resolve("sources"))
                .prepare(spec, Wheels.NONE, BuildEvents.none());

        assertThat(built.packages()).containsExactly("docopt==0.6.2");
    }

    @Test
    void installsWhatAPackageAsksForAndSaysWhyItCannot() throws Exception {
        String config = """
                {"model_algorithm": "echo", "model_type": "Custom", "apis": [],
                 "dependencies": [{"installer": "pip", "packages": [
                   {"package_name": "easydict", "package_version": "%s", "restraint": "EXACT"}]}]}
                """;
        String code = """
                import easydict
                from model_service.model_service import SingleNodeService

                class Easy(SingleNodeService):
                    def _inference(self, data):
                        return {"easy": easydict.EasyDict(data).id}
                """;
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            InstallationSteps steps = new InstallationSteps(client, objects);
            String bucket = RunningSlipway.value(env, "SLIPWAY_BUCKET");
            ObjectUri good =
                    TestPackages.write(objects, new ObjectUri(bucket, "easy/"), config.formatted("1.13"), code);
            String model = steps.importModel("easy", "0.0.1", good);
            assertThat(client.models().events(model, Map.of()).toString())
                    .contains("Start the env image building task.", "The environment of the model is built.");
            assertThat(client.models().buildLog(model).log()).contains("Successfully installed easydict-1.13");
            String service = steps.deploy("easy", model, 1);
            assertThat(client.predict(steps.address(service), "{\"id\":\"7\"}")).contains("\"easy\": \"7\"");
            client.services().delete(service);

            ObjectUri bad =
                    TestPackages.write(objects, new ObjectUri(bucket, "hard/"), config.formatted("0.0.1"), code);
            String failed = steps.createModel("hard", "0.0.1", bad);
            assertThat(steps.ended(failed).modelStatus()).isEqualTo("failed");
            assertThat(client.models().events(failed, Map.of()).toString())
                    .contains(
                            "Failed to build the image. For details, view the building log.",
                            "package 'easydict==0.0.1' has no wheel for Python",
                            "1.13");
            assertThat(client.models().buildLog(failed).log()).contains("No matching distribution found");
        }
    }
}
