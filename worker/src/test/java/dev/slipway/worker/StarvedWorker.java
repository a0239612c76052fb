package dev.slipway.worker;

import dev.slipway.adapters.images.PullSettings;
import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.connection.TemporalProperties;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * The worker as a process of its own, over a cluster in memory whose instances all listen at one address. It is told what it needs by
 * its input, and ends with that.
 */
public final class StarvedWorker {

    /** What it says once it works. */
    static final String WORKS = "it works";

    private static final int SLOTS = 100;

    private StarvedWorker() {}

    public static void main(String[] none) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Properties told = new Properties();
        for (String line = input.readLine(); line != null && !line.isEmpty(); line = input.readLine()) {
            int equals = line.indexOf('=');
            told.setProperty(line.substring(0, equals), line.substring(equals + 1));
        }
        FakeCluster cluster = new FakeCluster();
        int port = Integer.parseInt(told.getProperty("model-port"));
        cluster.placeAt(id -> new Address.Tcp("127.0.0.1", port));
        WorkflowTasks tasks = new WorkflowTasks(
                Duration.parse(told.getProperty("deadlock")), Boolean.parseBoolean(told.getProperty("warmed-up")));
        WorkerApplication worker = WorkerApplication.start(properties(told), cluster, tasks);
        try {
            System.out.println(WORKS);
            while (input.read() >= 0) {
                // It is told no more: its end is that of whoever started it.
            }
        } finally {
            worker.close();
        }
    }

    private static WorkerProperties properties(Properties told) {
        return new WorkerProperties(
                new DatabaseProperties(
                        told.getProperty("database"), told.getProperty("user"), told.getProperty("password"), 8),
                new TemporalProperties(told.getProperty("temporal"), told.getProperty("namespace")),
                new ObjectStoreProperties(
                        told.getProperty("objects"),
                        told.getProperty("region"),
                        told.getProperty("access-key"),
                        told.getProperty("secret-key")),
                "obs.local",
                Path.of(told.getProperty("data")),
                LocalSettings.usual("python3"),
                PullSettings.usual(),
                null,
                Services.pools(SLOTS),
                Duration.ofSeconds(1),
                new WorkerProperties.Batch(64 << 20, Duration.ofHours(24)),
                RetentionPeriods.DEFAULT,
                List.of());
    }
}
