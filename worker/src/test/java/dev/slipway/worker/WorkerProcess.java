package dev.slipway.worker;

import dev.slipway.testing.instance.Await;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestObjectStore;
import dev.slipway.testing.part.TestTemporal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A running {@link StarvedWorker}. */
final class WorkerProcess implements AutoCloseable {

    private static final Duration LONG = Duration.ofMinutes(4);

    private final Process process;
    private final Path log;

    private WorkerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one and waits until it works.
     *
     * @param folder for its log, and for its data in {@code data}
     * @param name of its log
     * @param instances where its instances listen, on this host
     * @param tasks how its workflow tasks are run
     */
    static WorkerProcess start(
            Path folder,
            String name,
            TestDatabase database,
            TestObjectStore objects,
            int instances,
            WorkflowTasks tasks)
            throws IOException {
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Xss512k",
                "-cp",
                System.getProperty("java.class.path"),
                StarvedWorker.class.getName());
        Path data = Files.createDirectories(folder.resolve("data"));
        Path log = folder.resolve(name + ".log");
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        WorkerProcess worker = new WorkerProcess(started, log);
        worker.tell(Map.ofEntries(
                Map.entry("database", database.url()),
                Map.entry("user", database.user()),
                Map.entry("password", database.password()),
                Map.entry("temporal", TestTemporal.shared().address()),
                Map.entry("namespace", TestTemporal.NAMESPACE),
                Map.entry("objects", objects.endpoint()),
                Map.entry("region", TestObjectStore.REGION),
                Map.entry("access-key", objects.accessKey()),
                Map.entry("secret-key", objects.secretKey()),
                Map.entry("data", data.toString()),
                Map.entry("model-port", Integer.toString(instances)),
                Map.entry("deadlock", tasks.deadlock().toString()),
                Map.entry("warmed-up", Boolean.toString(tasks.warmedUp()))));
        Await.until("the worker works", LONG, () -> worker.logged().contains(StarvedWorker.WORKS), worker::logged);
        return worker;
    }

    private void tell(Map<String, String> lines) throws IOException {
        OutputStream out = process.getOutputStream();
        for (Map.Entry<String, String> line : lines.entrySet()) {
            out.write("%s=%s%n".formatted(line.getKey(), line.getValue()).getBytes(StandardCharsets.UTF_8));
        }
        out.write('\n');
        out.flush();
    }

    Process process() {
        return process;
    }

    /** What it has printed. */
    String logged() {
        try {
            return Files.readString(log);
        } catch (IOException none) {
            return "nothing logged: " + none;
        }
    }

    /** Kills it, and returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
