package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.model.CreateModelBody;
import dev.slipway.formats.model.ModelItem;
import dev.slipway.formats.service.CreateServiceBody;
import dev.slipway.formats.service.EntryBody;
import dev.slipway.formats.service.ServiceItem;
import dev.slipway.formats.service.UpdateServiceBody;
import dev.slipway.formats.wire.WireJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** What tests do with an installation again and again. */
final class InstallationSteps {

    static final String FLAVOR = "modelarts.vm.cpu.2u";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final SlipwayClient client;
    private final ObjectStore objects;

    InstallationSteps(SlipwayClient client, ObjectStore objects) {
        this.client = client;
        this.objects = objects;
    }

    String importModel(String name, String version, ObjectUri source) {
        String id = createModel(name, version, source);
        assertThat(ended(id).modelStatus())
                .as("model %s %s, events %s", name, version, client.models().events(id, Map.of()))
                .isEqualTo("published");
        return id;
    }

    String createModel(String name, String version, ObjectUri source) {
        return client.models()
                .create(CreateModelBody.of(name, version, "Custom", source.toString()))
                .modelId();
    }

    /** The model once it publishes no more. */
    ModelItem ended(String modelId) {
        return SlipwayClient.await(
                "import ended",
                LIMIT,
                () -> client.models().show(modelId).item(),
                model -> !model.modelStatus().equals("publishing"),
                model -> {});
    }

    String deploy(String name, String modelId, int instances) {
        String id = client.services()
                .create(CreateServiceBody.realTime(name, entry(modelId, instances, Map.of())))
                .serviceId();
        awaitStatus(id, "running");
        return id;
    }

    static EntryBody entry(String modelId, int instances, Map<String, String> envs) {
        return EntryBody.realTime(modelId, FLAVOR, instances, 100, envs);
    }

    String batch(String name, String modelId, ObjectUri source, ObjectUri destination) {
        EntryBody entry = EntryBody.batchOfRows(
                modelId, FLAVOR, 2, source.toString(), destination.toString(), WireJson.tree(TestPackages.ECHO_RULE));
        return client.services().create(CreateServiceBody.batch(name, entry)).serviceId();
    }

    /** Writes so many tables, {@code part-0.csv} and so on, whose rows have one column, an id of their own. */
    void putTables(ObjectUri folder, int tables, int rows) {
        for (int table = 0; table < tables; table++) {
            TestPackages.put(
                    objects,
                    folder.resolve("part-%d.csv".formatted(table)),
                    String.join("\n", ids(table, rows)) + "\n");
        }
    }

    private static List<String> ids(int table, int rows) {
        return IntStream.range(0, rows)
                .mapToObj("f%d-r%%d".formatted(table)::formatted)
                .toList();
    }

    /** Waits for the end of a batch over such tables, which must have one manifest line for each and one answer for each row, in order. */
    void assertEachRowOnce(String service, ObjectUri destination, int tables, int rows) {
        String task = awaitStatus(service, "finished").taskId();
        List<String> manifest = lines(destination.resolve("infer-result-" + task + ".manifest"));
        assertThat(manifest).hasSize(tables);
        for (int table = 0; table < tables; table++) {
            JsonNode line = WireJson.tree(manifest.get(table));
            assertThat(line.path("result").stringValue())
                    .as(manifest.get(table))
                    .isEqualTo("SUCCESSFUL");
            assertThat(line.path("source").stringValue()).endsWith("part-" + table + ".csv");
            List<String> answers =
                    lines(ObjectUri.parse(line.path("inference-loc").stringValue(), "unused"));
            assertThat(answers.stream()
                            .map(answer -> WireJson.tree(answer).path("id").asString("?")))
                    .containsExactlyElementsOf(ids(table, rows));
        }
    }

    /** A batch over files, each sent whole. */
    String batchOfFiles(String name, String modelId, int instances, ObjectUri source, ObjectUri destination) {
        EntryBody entry = new EntryBody(
                modelId,
                FLAVOR,
                instances,
                null,
                null,
                null,
                null,
                null,
                null,
                source.toString(),
                null,
                destination.toString(),
                "/",
                "file",
                null,
                null,
                null);
        return client.services().create(CreateServiceBody.batch(name, entry)).serviceId();
    }

    /** Changes the configuration to this one entry. */
    void update(String serviceId, EntryBody entry) {
        client.services().update(serviceId, UpdateServiceBody.config(entry));
    }

    String status(String serviceId) {
        return client.services().show(serviceId).item().status();
    }

    /** Where predictions go. */
    String address(String serviceId) {
        return Objects.requireNonNull(client.services().show(serviceId).accessAddress());
    }

    /** All events of the service, as text to look into. */
    String events(String serviceId) {
        return client.services().events(serviceId, Map.of()).toString();
    }

    /** The service once it has one of the states; fails the test at {@code failed} if that is none of them. */
    ServiceItem awaitStatus(String serviceId, String... states) {
        Set<String> wanted = Set.of(states);
        ServiceItem shown = SlipwayClient.await(
                "service is " + wanted,
                LIMIT,
                () -> client.services().show(serviceId).item(),
                service -> wanted.contains(service.status()) || service.status().equals("failed"),
                service -> {});
        assertThat(shown.status())
                .as("service %s, events %s", shown, events(serviceId))
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
