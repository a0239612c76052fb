package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.ClientFailure;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.retention.Retention;
import io.temporal.client.WorkflowOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What was made is removed: rows of every table and bytes of every folder of a worker end where they began. With nothing kept for its
 * period, so that the rows of deleted services go at once. {@code benchmarks/retention} measures it with packages of 100 MB.
 */
class RetentionIT {

    private static final int TIMES = 3;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void endsWhereItBegan() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.keepingNothing()) {
            slipway.up();
            Map<String, String> env = slipway.env();
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "retention/");
            try (SlipwayClient client = slipway.client();
                    S3ObjectStore objects = RunningSlipway.objects(env)) {
                InstallationSteps steps = new InstallationSteps(client, objects);
                String first =
                        steps.importModel("first", "0.0.1", TestPackages.echoWithoutLog(objects, root.resolve("p/")));
                client.models().delete(first);
                removeOld(env);
                Map<String, Long> rows = slipway.rows();
                Map<String, Long> bytes = bytes(slipway.data());
                assertThat(bytes).containsKeys("images", "models", "instances", "work");

                for (int i = 0; i < TIMES; i++) {
                    ObjectUri source = TestPackages.slowEcho(objects, root.resolve(i + "/"), "v" + i, 0);
                    String model = steps.importModel("model", "0.0." + i, source);
                    useAndDelete(steps, client, objects, model, root.resolve("job-" + i + "/"));
                    client.models().delete(model);
                }

                assertThat(slipway.rows())
                        .as("the control: rows that are left show")
                        .isNotEqualTo(rows);
                assertThat(bytes(slipway.data()))
                        .as("the control: files that are left show")
                        .isNotEqualTo(bytes);
                removeOld(env);
                assertThat(slipway.rows()).isEqualTo(rows);
                assertThat(bytes(slipway.data())).isEqualTo(bytes);
                for (int i = 0; i < TIMES; i++) {
                    assertThat(objects.list(root.resolve("job-" + i + "/out/"), null)
                                    .objects())
                            .as("results stay, plan and parts go")
                            .isNotEmpty()
                            .noneMatch(object -> object.uri().key().contains(".work/"));
                }
            }
        }
    }

    private static void useAndDelete(
            InstallationSteps steps, SlipwayClient client, S3ObjectStore objects, String model, ObjectUri folder) {
        TestPackages.put(objects, folder.resolve("in/rows.csv"), "a\nb\n");
        String service = steps.deploy("service", model, 1);
        String job = steps.batch("job", model, folder.resolve("in/"), folder.resolve("out/"));
        steps.awaitStatus(job, "finished");
        assertThat(objects.list(folder.resolve("out/"), null).objects())
                .as("plan and parts are kept for a repair")
                .anyMatch(object -> object.uri().key().contains(".work/"));
        for (String id : new String[] {service, job}) {
            client.services().delete(id);
            SlipwayClient.await("deleted", LIMIT, () -> isGone(client, id), gone -> gone, gone -> {});
        }
    }

    private static boolean isGone(SlipwayClient client, String service) {
        try {
            client.services().show(service);
            return false;
        } catch (ClientFailure unknown) {
            return true;
        }
    }

    private static void removeOld(Map<String, String> env) {
        TemporalProperties properties = new TemporalProperties(
                RunningSlipway.value(env, "TEMPORAL_ADDRESS"), RunningSlipway.value(env, "TEMPORAL_NAMESPACE"));
        try (TemporalConnection temporal = TemporalConnection.open(properties, "test")) {
            temporal.client()
                    .newWorkflowStub(
                            Retention.class,
                            WorkflowOptions.newBuilder()
                                    .setTaskQueue(Queues.CONTROL)
                                    .build())
                    .removeOld();
        }
    }

    private static Map<String, Long> bytes(Path data) throws IOException {
        Map<String, Long> bytes = new TreeMap<>();
        for (String name : new String[] {"images", "models", "instances", "work"}) {
            try (Stream<Path> files = Files.walk(data.resolve(name))) {
                bytes.put(
                        name,
                        files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                                .mapToLong(RetentionIT::size)
                                .sum());
            }
        }
        return bytes;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
