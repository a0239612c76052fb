package dev.slipway.acceptance;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * P1 over real processes: whatever is killed in the middle of a batch job, a record reaches an instance again within 20 s of the new
 * start, and the job ends with one outcome per record and one manifest line per file.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillIT {

    private static final Duration RESUMED = Duration.ofSeconds(20);
    private static final int ROWS = 150;
    private static final int FILES = 2;

    private final RunningSlipway slipway;
    private final Map<String, String> env = new LinkedHashMap<>();
    private ObjectUri root = new ObjectUri("slipway", "kill/");
    private String model = "";

    KillIT() throws Exception {
        slipway = RunningSlipway.onNewFolder();
    }

    /** Who is killed. */
    enum Victim {
        API_AND_WORKER,
        MODEL,
        SHIM,
        POSTGRES,
        TEMPORAL,
        TEMPORAL_AND_ITS_DATABASE,
        ALL_TOGETHER
    }

    @BeforeAll
    void up() throws Exception {
        slipway.up();
        env.putAll(slipway.env());
        root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "kill/");
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            model = new InstallationSteps(client, objects)
                    .importModel("echo", "0.0.1", TestPackages.slowEcho(objects, root.resolve("echo/"), "0.0.1", 60));
            new InstallationSteps(client, objects).putTables(root.resolve("in/"), FILES, ROWS);
        }
    }

    @AfterAll
    void down() throws Exception {
        try (slipway) {
            Histories.check(env);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWithOneOutcomePerRecord(Victim victim) throws Exception {
        ObjectUri destination = root.resolve("out-" + victim + "/");
        String service;
        String task;
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            service = new InstallationSteps(client, objects)
                    .batch("kill-" + victim, model, root.resolve("in/"), destination);
            task = Objects.requireNonNull(client.services().show(service).item().taskId());
        }
        RunningSlipway.await("records reach instances", Duration.ofSeconds(60), () -> recordsSeen(task) > 0);
        long before = recordsSeen(task);
        RunningSlipway.await("some more records", Duration.ofSeconds(30), () -> recordsSeen(task) > before + 20);

        kill(victim);
        if (victim == Victim.API_AND_WORKER || victim == Victim.ALL_TOGETHER) {
            // Instances finish what was sent to them before: what comes after that was sent by the new start.
            awaitNoProgress(task);
            slipway.start();
        }
        long seen = recordsSeen(task);
        long startedAt = System.nanoTime();
        RunningSlipway.await("a record reaches an instance again", RESUMED, () -> recordsSeen(task) > seen);
        System.out.printf(
                "killed %s: a record reached an instance %.1f s after the new start%n",
                victim, (System.nanoTime() - startedAt) / 1e9);

        slipway.awaitApi();
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            new InstallationSteps(client, objects).assertEachRowOnce(service, destination, FILES, ROWS);
        }
    }

    private void awaitNoProgress(String task) throws Exception {
        long[] last = {-1};
        int[] looks = {0};
        RunningSlipway.await("no more records", Duration.ofSeconds(30), () -> {
            long now = recordsSeen(task);
            looks[0] = now == last[0] ? looks[0] + 1 : 0;
            last[0] = now;
            return looks[0] == 10;
        });
    }

    private void kill(Victim victim) throws Exception {
        switch (victim) {
            case API_AND_WORKER -> slipway.killNine("up");
            case MODEL ->
                RunningSlipway.killNine(ShimStates.modelPid(liveInstances().getFirst()));
            case SHIM ->
                RunningSlipway.killNine(ShimStates.shimPid(liveInstances().getFirst()));
            case POSTGRES -> RunningSlipway.killNine(slipway.pidOfPart("postgres"));
            case TEMPORAL -> RunningSlipway.killNine(slipway.pidOfPart("temporal"));
            case TEMPORAL_AND_ITS_DATABASE -> slipway.wipeTemporal();
            case ALL_TOGETHER -> {
                List<Long> instances = new ArrayList<>();
                for (JsonNode state : liveInstances()) {
                    instances.add(ShimStates.shimPid(state));
                    instances.add(ShimStates.modelPid(state));
                }
                long postgres = slipway.pidOfPart("postgres");
                long temporal = slipway.pidOfPart("temporal");
                slipway.killNine("up");
                RunningSlipway.killNine(postgres);
                RunningSlipway.killNine(temporal);
                instances.forEach(RunningSlipway::killNine);
            }
        }
    }

    private List<JsonNode> liveInstances() {
        return ShimStates.live(slipway.data());
    }

    /** Lines that the model printed, in all instances of this task. */
    private long recordsSeen(String task) {
        Path owners = slipway.data().resolve("instance-logs");
        if (!Files.isDirectory(owners)) {
            return 0;
        }
        try (Stream<Path> logs = Files.walk(owners, 3)) {
            return logs.filter(file -> file.getFileName().toString().equals("log"))
                    .filter(file -> file.toString().contains(task))
                    .mapToLong(KillIT::records)
                    .sum();
        } catch (IOException | UncheckedIOException removedMeanwhile) {
            return 0;
        }
    }

    private static long records(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("record ")).count();
        } catch (IOException | UncheckedIOException removedMeanwhile) {
            return 0;
        }
    }
}
