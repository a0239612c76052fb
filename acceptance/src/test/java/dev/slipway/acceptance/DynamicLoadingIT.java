package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.model.CreateModelBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models whose weights are fetched where they are deployed: imported, deployed, adopted, upgraded, and refused once the weights have changed. */
@Timeout(600)
class DynamicLoadingIT {

    private static final String CODE = """
            from model_service.model_service import SingleNodeService

            class Reader(SingleNodeService):
                def __init__(self, model_name, model_path):
                    super().__init__(model_name, model_path)
                    with open(model_path + "/weights/first.bin") as weights:
                        self.weights = weights.read()

                def _inference(self, data):
                    return {"code": "%s", "weights": self.weights, "id": data["id"]}
            """;

    @Test
    void weightsComeWithTheDeployment() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            slipway.up();
            Map<String, String> env = slipway.env();
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "dynamic/");
            try (SlipwayClient client = slipway.client();
                    S3ObjectStore objects = RunningSlipway.objects(env)) {
                InstallationSteps steps = new InstallationSteps(client, objects);
                ObjectUri weights = root.resolve("model/weights/first.bin");
                TestPackages.put(objects, weights, "one");
                String one = imported(client, steps, objects, root, "0.0.1");
                assertThat(client.models().show(one).dynamicLoading()).isTrue();
                assertThat(files(slipway, "images/fetched")).hasSize(2);
                String service = steps.deploy("dynamic", one, 2);
                assertThat(answer(client, steps, service)).contains("\"code\": \"0.0.1\"", "\"weights\": \"one\"");

                slipway.killNine("up");
                slipway.up();
                assertThat(answer(client, steps, service)).contains("\"weights\": \"one\"");

                String two = imported(client, steps, objects, root, "0.0.2");
                steps.update(service, InstallationSteps.entry(two, 1, Map.of()));
                steps.awaitStatus(service, "running");
                assertThat(answer(client, steps, service)).contains("\"code\": \"0.0.2\"", "\"weights\": \"one\"");
                assertThat(files(slipway, "images/fetched"))
                        .as("the same weights")
                        .hasSize(2);

                TestPackages.put(objects, weights, "three");
                String three = imported(client, steps, objects, root, "0.0.3");
                forget(
                        slipway,
                        Objects.requireNonNull(client.models().show(three).imageAddress()));
                TestPackages.put(objects, weights, "changed");
                steps.update(service, InstallationSteps.entry(three, 1, Map.of()));
                SlipwayClient.await(
                        "the change is told",
                        Duration.ofMinutes(2),
                        () -> steps.events(service),
                        events -> events.contains("Failed to update service, rollback succeeded."),
                        events -> {});
                assertThat(steps.events(service))
                        .contains(
                                "the file 'model/weights/first.bin' of the model is not fetched: '%s' has changed since the model was imported"
                                        .formatted(weights),
                                "put the very same object back");
                assertThat(answer(client, steps, service)).contains("\"code\": \"0.0.2\"");

                objects.delete(weights);
                steps.update(service, InstallationSteps.entry(three, 2, Map.of()));
                SlipwayClient.await(
                        "the loss is told",
                        Duration.ofMinutes(2),
                        () -> steps.events(service),
                        events -> events.contains("does not exist any more"),
                        events -> {});
                steps.awaitStatus(service, "running");

                TestPackages.put(objects, weights, "three");
                steps.update(service, InstallationSteps.entry(three, 1, Map.of()));
                SlipwayClient.await(
                        "the same weights are back",
                        Duration.ofMinutes(2),
                        () -> answer(client, steps, service),
                        answer -> answer.contains("\"weights\": \"three\""),
                        answer -> {});
            }
        }
    }

    private static String imported(
            SlipwayClient client, InstallationSteps steps, S3ObjectStore objects, ObjectUri root, String version) {
        TestPackages.put(objects, root.resolve("model/config.json"), TestPackages.ECHO_CONFIG);
        TestPackages.put(objects, root.resolve("model/labels.txt"), "labels");
        TestPackages.put(objects, root.resolve("model/customize_service.py"), CODE.formatted(version));
        String id = client.models()
                .create(CreateModelBody.of("dynamic", version, "Custom", root.toString())
                        .withDynamicLoading())
                .modelId();
        assertThat(steps.ended(id).modelStatus())
                .as("%s", client.models().events(id, Map.of()))
                .isEqualTo("published");
        return id;
    }

    private static String answer(SlipwayClient client, InstallationSteps steps, String service) {
        return client.predict(steps.address(service), "{\"id\":\"x\"}");
    }

    /** As a machine that has never had it. */
    private static void forget(RunningSlipway slipway, String image) throws IOException {
        String hex = image.substring(image.lastIndexOf(':') + 1);
        try (Stream<Path> model = Files.walk(slipway.data().resolve("models").resolve(hex))) {
            for (Path each : model.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(each);
            }
        }
        for (Path each : files(slipway, "images/fetched")) {
            Files.delete(each);
        }
    }

    private static List<Path> files(RunningSlipway slipway, String folder) throws IOException {
        try (Stream<Path> files = Files.list(slipway.data().resolve(folder))) {
            return files.toList();
        }
    }
}
