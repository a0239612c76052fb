package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.service.ServiceTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One command from a table on disk to its results, against a running installation. */
class BatchRunIT {

    private static final int ROWS = 400;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void goesFromATableOnDiskToItsResults(@TempDir Path folder) throws Exception {
        Path table = Files.writeString(folder.resolve("words b.csv"), "one\ntwo\n");
        Path rule = Files.writeString(folder.resolve("rule.json"), TestPackages.ECHO_RULE);
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
            assertThat(Files.readAllLines(results.resolve("words b.csv_result.txt")))
                    .hasSize(2);
            assertThat(Files.readString(results.resolve("manifest.jsonl"))).contains("SUCCESSFUL", "words b.csv");

            RunningSlipway.Output again =
                    slipway.command("batch", "run", table.toString(), "--model", "echo", "--out", results.toString());
            assertThat(again.text()).contains("'%s' exists".formatted(results));
        }
    }

    @Test
    void aPausedJobRestsThroughAKillOfEverythingAndAnswersEachRowOnce() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            slipway.up();
            Map<String, String> env = new LinkedHashMap<>(slipway.env());
            env.forEach(slipway::withVariable);
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "paused/");
            try (S3ObjectStore objects = RunningSlipway.objects(env);
                    SlipwayClient client = slipway.client()) {
                InstallationSteps steps = new InstallationSteps(client, objects);
                String model = steps.importModel(
                        "echo", "0.0.1", TestPackages.slowEcho(objects, root.resolve("echo/"), "0.0.1", 100));
                StringBuilder rows = new StringBuilder();
                IntStream.range(0, ROWS).forEach(row -> rows.append("r%d\n".formatted(row)));
                TestPackages.put(objects, root.resolve("in/rows.csv"), rows.toString());
                String id = steps.batch("rests", model, root.resolve("in/"), root.resolve("out/"));
                RunningSlipway.await(
                        "some rows are answered", LIMIT, () -> task(client, id).done() > 10);

                assertThat(slipway.command("batch", "pause", "rests").text()).contains("is asked to pause");
                RunningSlipway.await(
                        "it is paused", LIMIT, () -> task(client, id).status().equals("paused"));
                long done = task(client, id).done();
                assertThat(done).isBetween(1L, ROWS - 1L);
                RunningSlipway.await(
                        "its instance has ended", LIMIT, () -> client.services().instances(id).instances().stream()
                                .noneMatch(instance -> instance.state().equals("ready")));

                slipway.killNine("up");
                slipway.up();
                assertThat(task(client, id).status()).isEqualTo("paused");
                assertThat(task(client, id).done()).isEqualTo(done);

                assertThat(slipway.command("batch", "resume", "rests").text()).contains("is asked to go on");
                RunningSlipway.Output watch = slipway.command("batch", "watch", "rests", "--limit", "100");
                assertThat(watch.status()).as(watch.text()).isZero();
                assertThat(watch.text()).contains("100 %% %d of %d records, 0 failed".formatted(ROWS, ROWS));
                ObjectUri result = root.resolve("out/infer-result-%s/rows.csv_result.txt"
                        .formatted(task(client, id).id()));
                assertThat(steps.lines(result))
                        .hasSize(ROWS)
                        .allMatch(line -> line.contains("0.0.1"))
                        .doesNotHaveDuplicates();

                assertThat(slipway.command("batch", "start", "rests").text()).contains("is asked to run again");
                RunningSlipway.await(
                        "a new task has some rows",
                        LIMIT,
                        () -> task(client, id).status().equals("running")
                                && task(client, id).done() > 10);
                assertThat(slipway.command("batch", "stop", "rests").text()).contains("is asked to stop");
                RunningSlipway.Output stopped = slipway.command("batch", "watch", "rests", "--limit", "100");
                assertThat(stopped.status()).as(stopped.text()).isEqualTo(1);
                assertThat(stopped.text()).contains("stopped", "manifest: ");
            }
        }
    }

    private static ServiceTask task(SlipwayClient client, String id) {
        return Objects.requireNonNull(client.services().show(id).item().task());
    }
}
