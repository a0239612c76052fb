package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One command from a table on disk to its results, against a running installation. */
class BatchRunIT {

    @Test
    void goesFromATableOnDiskToItsResults(@TempDir Path folder) throws Exception {
        Path table = Files.writeString(folder.resolve("words b.csv"), "one\ntwo\n");
        Path rule = Files.writeString(folder.resolve("rule.json"), TestPackages.ECHO_RULE.toString());
        Path results = folder.resolve("results");
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            slipway.up();
            Map<String, String> env = new LinkedHashMap<>(slipway.env());
            env.forEach(slipway::withVariable);
            try (S3ObjectStore objects = RunningSlipway.objects(env);
                    SlipwayClient client = slipway.client()) {
                ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "batch-run/package/");
                new InstallationSteps(client, objects)
                        .importModel("echo", "0.0.1", TestPackages.slowEcho(objects, root, "0.0.1", 0));
            }

            RunningSlipway.Output unknown = slipway.command("batch", "run", table.toString(), "--model", "none:1.2.3");
            assertThat(unknown.text()).contains("no published model", "'none' and the version '1.2.3'");
            assertThat(unknown.status()).isEqualTo(1);

            RunningSlipway.Output run = slipway.command(
                    "batch",
                    "run",
                    table.toString(),
                    "--model",
                    "echo:0.0.1",
                    "--mapping",
                    rule.toString(),
                    "--out",
                    results.toString());

            assertThat(run.status()).as(run.text()).isZero();
            assertThat(run.text())
                    .contains("1 files uploaded", "100 % 2 of 2 records, 0 failed", "1 result files and the manifest");
            assertThat(Files.readAllLines(results.resolve("words b.csv_result.txt"))).hasSize(2);
            assertThat(Files.readString(results.resolve("manifest.jsonl"))).contains("SUCCESSFUL", "words b.csv");

            RunningSlipway.Output again = slipway.command(
                    "batch", "run", table.toString(), "--model", "echo", "--out", results.toString());
            assertThat(again.text()).contains("'%s' exists".formatted(results));
        }
    }
}
