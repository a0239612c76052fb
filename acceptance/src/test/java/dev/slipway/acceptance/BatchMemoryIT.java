package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.standalone.load.LoadReport;
import dev.slipway.standalone.load.SteadyLoad;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * No batch takes predictions down: gateway, API and worker share one process with the heap that is shipped, and 64 files of 5 MB, each
 * answered with 5 MB, are more than it has. {@code benchmarks/file-batch-memory} measures the same with 2,000.
 */
class BatchMemoryIT {

    private static final int FILES = 64;
    private static final int SIZE = 5_000_000;
    private static final int INSTANCES = 7; // and one slot for the service

    @Test
    void aBatchOverBigFilesFailsNoPrediction() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            slipway.up();
            Map<String, String> env = slipway.env();
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "big/");
            try (SlipwayClient client = slipway.client();
                    S3ObjectStore objects = RunningSlipway.objects(env)) {
                InstallationSteps steps = new InstallationSteps(client, objects);
                String model =
                        steps.importModel("echo", "0.0.1", TestPackages.echoWithoutLog(objects, root.resolve("p/")));
                byte[] file = "{\"id\":\"%s\"}".formatted("x".repeat(SIZE)).getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < FILES; i++) {
                    objects.put(root.resolve("in/%03d.json".formatted(i)), file);
                }
                String service = steps.deploy("beside", model, 1);
                SteadyLoad load =
                        SteadyLoad.start(client.prediction(steps.address(service), "{\"id\":\"y\"}"), 10, body -> "y");
                String job = steps.batchOfFiles("big", model, INSTANCES, root.resolve("in/"), root.resolve("out/"));
                steps.awaitStatus(job, "finished");
                LoadReport report = load.stop();

                assertThat(report.failures()).as(slipway.log("up")).isEmpty();
                assertThat(report.answered()).isPositive();
                String task = String.valueOf(client.services().show(job).item().taskId());
                List<String> manifest = steps.lines(root.resolve("out/infer-result-%s.manifest".formatted(task)));
                assertThat(manifest).hasSize(FILES).allMatch(line -> line.contains("\"SUCCESSFUL\""));
                assertThat(objects.head(root.resolve("out/infer-result-%s/063.json_result.txt".formatted(task))))
                        .hasValueSatisfying(result -> assertThat(result.size()).isGreaterThan(SIZE));
            }
        }
    }
}
