package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.standalone.client.SlipwayClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What tests do with an installation again and again. */
final class Steps {

    static final String FLAVOR = "modelarts.vm.cpu.2u";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SlipwayClient client;
    private final ObjectStore objects;

    Steps(SlipwayClient client, ObjectStore objects) {
        this.client = client;
        this.objects = objects;
    }

    String importModel(String name, String version, ObjectUri source) {
        String id = createModel(name, version, source);
        JsonNode model = ended(id);
        assertThat(model.path("model_status").stringValue())
                .as("model %s %s, events %s", name, version, client.get("/models/" + id + "/events"))
                .isEqualTo("published");
        return id;
    }

    String createModel(String name, String version, ObjectUri source) {
        return client.post(
                        "/models",
                        Map.of(
                                "model_name",
                                name,
                                "model_version",
                                version,
                                "model_type",
                                "Custom",
                                "source_location",
                                source.toString()))
                .path("model_id")
                .stringValue();
    }

    /** The model once it publishes no more. */
    JsonNode ended(String modelId) {
        return client.await(
                "import ended",
                "/models/" + modelId,
                PATIENCE,
                model -> !model.path("model_status").stringValue().equals("publishing"),
                model -> {});
    }

    String deploy(String name, String modelId, int instances) {
        String id = client.post(
                        "/services",
                        Map.of(
                                "service_name",
                                name,
                                "infer_type",
                                "real-time",
                                "config",
                                List.of(entry(modelId, instances, Map.of()))))
                .path("service_id")
                .stringValue();
        awaitStatus(id, "running");
        return id;
    }

    static Map<String, Object> entry(String modelId, int instances, Map<String, String> envs) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("model_id", modelId);
        entry.put("specification", FLAVOR);
        entry.put("instance_count", instances);
        entry.put("weight", 100);
        entry.put("envs", envs);
        return entry;
    }

    String batch(String name, String modelId, ObjectUri source, ObjectUri destination) {
        Map<String, Object> entry = entry(modelId, 2, Map.of());
        entry.remove("weight");
        entry.put("src_path", source.toString());
        entry.put("dest_path", destination.toString());
        entry.put("req_uri", "/");
        entry.put("mapping_type", "csv");
        entry.put("mapping_rule", SlipwayClient.read(TestPackages.ECHO_RULE));
        return client.post("/services", Map.of("service_name", name, "infer_type", "batch", "config", List.of(entry)))
                .path("service_id")
                .stringValue();
    }

    /** The service once it has one of the states; fails the test at {@code failed} if that is none of them. */
    JsonNode awaitStatus(String serviceId, String... states) {
        Set<String> wanted = Set.of(states);
        JsonNode shown = client.await(
                "service is " + wanted,
                "/services/" + serviceId,
                PATIENCE,
                service -> wanted.contains(service.path("status").stringValue())
                        || service.path("status").stringValue().equals("failed"),
                service -> {});
        assertThat(shown.path("status").stringValue())
                .as("service %s, events %s", shown, client.get("/services/" + serviceId + "/events"))
                .isIn(wanted);
        return shown;
    }

    List<String> lines(ObjectUri uri) {
        try (var in = objects.open(uri, 0)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
