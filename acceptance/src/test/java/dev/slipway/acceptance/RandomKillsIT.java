package dev.slipway.acceptance;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * The short form of {@code benchmarks/batch-kills}: 15 kills in random order, of each process that works on a batch job, which is started
 * again at once, as a service manager does. Within 30 s after all serve again the committed records have grown, and each job ends with
 * every row once. {@code -Dslipway.seed} sets the order.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class RandomKillsIT {

    private static final Duration PROGRESS = Duration.ofSeconds(30);
    private static final Duration START = Duration.ofMinutes(2);
    private static final List<String> ROLES = List.of("parts", "api,gateway", "worker");
    private static final int TABLES = 2;
    private static final int ROWS = 1_000;
    private static final int MILLIS = 60;

    private final RunningSlipway slipway;
    private final Map<String, String> env = new LinkedHashMap<>();
    private final List<Job> jobs = new ArrayList<>();
    private ObjectUri root = new ObjectUri("slipway", "kills/");
    private String model = "";

    RandomKillsIT() throws Exception {
        slipway = RunningSlipway.onNewFolder();
    }

    private enum Victim {
        WORKER,
        API_AND_GATEWAY,
        OBJECT_STORAGE,
        MODEL,
        SHIM,
        POSTGRES,
        TEMPORAL,
        ALL_TOGETHER
    }

    private record Job(String service, String task, ObjectUri destination) {}

    /** By the database. */
    private record Progress(String status, long records, long committed) {

        boolean isEnded() {
            return !status.equals("DEPLOYING") && !status.equals("RUNNING");
        }

        boolean isAllCommitted() {
            return records > 0 && committed == records;
        }
    }

    @BeforeAll
    void up() throws Exception {
        for (String role : ROLES) {
            slipway.run(role);
        }
        slipway.awaitApi();
        env.putAll(slipway.env());
        root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "kills/");
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            InstallationSteps steps = new InstallationSteps(client, objects);
            model = steps.importModel(
                    "echo", "0.0.1", TestPackages.slowEcho(objects, root.resolve("echo/"), "0.0.1", MILLIS));
            steps.putTables(root.resolve("in/"), TABLES, ROWS);
        }
    }

    @AfterAll
    void down() throws Exception {
        try (slipway) {
            Histories.check(env);
        }
    }

    @Test
    void commitsMoreAfterEachOfFifteenKillsAndEachRowOnce() throws Exception {
        Job job = newJob();
        for (Victim victim : order()) {
            if (progress(job).isEnded()) {
                assertWhole(job);
                job = newJob();
            }
            long before = progress(job).committed();
            kill(victim);
            long killed = System.nanoTime();
            slipway.awaitServing(START);
            awaitMoreThan(before, job, victim + " was killed");
            System.out.printf("killed %s: committed more after %.1f s%n", victim, (System.nanoTime() - killed) / 1e9);
        }
        slipway.awaitApi();
        assertWhole(job);
    }

    /** Each victim twice, all together once. */
    private static List<Victim> order() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        System.out.printf("-Dslipway.seed=%d%n", seed);
        List<Victim> order = new ArrayList<>();
        for (Victim victim : Victim.values()) {
            order.addAll(Collections.nCopies(victim == Victim.ALL_TOGETHER ? 1 : 2, victim));
        }
        Collections.shuffle(order, new Random(seed));
        return order;
    }

    private Job newJob() throws Exception {
        slipway.awaitApi();
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            String name = "kills-" + jobs.size();
            ObjectUri destination = root.resolve("out-%d/".formatted(jobs.size()));
            String service =
                    new InstallationSteps(client, objects).batch(name, model, root.resolve("in/"), destination);
            String task = Objects.requireNonNull(
                    client.services().show(service).item().taskId());
            Job job = new Job(service, task, destination);
            jobs.add(job);
            awaitMoreThan(0, job, "the job began");
            return job;
        }
    }

    private void awaitMoreThan(long committed, Job job, String since) throws Exception {
        RunningSlipway.await(
                "more than %d records are committed since %s".formatted(committed, since), PROGRESS, () -> {
                    try {
                        Progress now = progress(job);
                        return now.committed() > committed || now.isAllCommitted();
                    } catch (SQLException killed) {
                        return false;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private Progress progress(Job job) throws IOException, SQLException {
        String sql =
                "SELECT status, coalesce(records, 0), (SELECT coalesce(sum(upper(c.records) - lower(c.records)), 0)"
                        + " FROM batch_commit c WHERE c.task = t.id) FROM batch_task t WHERE id = ?";
        try (Connection connection = slipway.database();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, job.task());
            try (ResultSet found = statement.executeQuery()) {
                found.next();
                return new Progress(found.getString(1), found.getLong(2), found.getLong(3));
            }
        }
    }

    private void assertWhole(Job job) throws Exception {
        slipway.awaitApi();
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            new InstallationSteps(client, objects).assertEachRowOnce(job.service(), job.destination(), TABLES, ROWS);
        }
    }

    private void kill(Victim victim) throws Exception {
        switch (victim) {
            case WORKER -> restart("worker");
            case API_AND_GATEWAY -> restart("api,gateway");
            case OBJECT_STORAGE -> restart("parts");
            case MODEL -> RunningSlipway.killNine(ShimStates.modelPid(liveInstance()));
            case SHIM -> RunningSlipway.killNine(ShimStates.shimPid(liveInstance()));
            case POSTGRES, TEMPORAL -> RunningSlipway.killNine(pidOfPart(victim));
            case ALL_TOGETHER -> {
                List<Long> others = new ArrayList<>(List.of(pidOfPart(Victim.POSTGRES), pidOfPart(Victim.TEMPORAL)));
                for (JsonNode state : ShimStates.live(slipway.data())) {
                    others.add(ShimStates.shimPid(state));
                    others.add(ShimStates.modelPid(state));
                }
                for (String role : ROLES) {
                    slipway.killNine(role);
                }
                others.forEach(RunningSlipway::killNine);
                for (String role : ROLES) {
                    slipway.run(role);
                }
            }
        }
    }

    private void restart(String role) throws Exception {
        slipway.killNine(role);
        slipway.run(role);
    }

    private long pidOfPart(Victim part) throws IOException {
        return slipway.pidOfPart(part == Victim.POSTGRES ? "postgres" : "temporal");
    }

    private JsonNode liveInstance() throws Exception {
        RunningSlipway.await("an instance lives", PROGRESS, () -> !ShimStates.live(slipway.data())
                .isEmpty());
        return ShimStates.live(slipway.data()).getFirst();
    }
}
