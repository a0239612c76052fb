package dev.slipway.adapters.local;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.testing.instance.ClusterContract;
import dev.slipway.testing.instance.Templates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LocalClusterContractTests extends ClusterContract {

    private final LocalClusterFixture fixture = LocalClusterFixture.create();
    private final LocalCluster cluster = fixture.open();

    @AfterEach
    void close() throws InterruptedException {
        cluster.endAll(Duration.ofSeconds(10));
        cluster.close();
        fixture.close();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }

    @Override
    protected InstanceTemplate working() {
        return LocalClusterFixture.working();
    }

    @Override
    protected InstanceTemplate failingToLoad() {
        return Templates.labelled("failing");
    }

    @Override
    protected InstanceTemplate dyingBeforeItIsReady() {
        return Templates.labelled("dying");
    }

    /** As the kernel has its process, and as its shim says in the file for others. */
    @Override
    protected Running running(Instance instance) {
        InstanceFolder folder = fixture.folderOf(instance.id());
        Path process = Path.of("/proc", String.valueOf(packageProcess(instance.id())));
        try {
            List<String> command = zeroTerminated(process.resolve("cmdline"));
            Map<String, String> envs = new HashMap<>();
            for (String variable : zeroTerminated(process.resolve("environ"))) {
                envs.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
            }
            JsonNode state = JsonMapper.builder()
                    .build()
                    .readTree(Files.readAllBytes(folder.path().resolve("state.json")));
            Map<String, String> labels = new HashMap<>();
            state.path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asString()));
            return new Running(
                    command.get(command.indexOf("--model-name") + 1),
                    command.get(command.indexOf("--model-type") + 1),
                    Integer.parseInt(envs.getOrDefault("OMP_NUM_THREADS", "0")),
                    dataLimit(process) >> 20,
                    envs,
                    new Placement(
                            state.path("pool").asString(),
                            new ProjectId(state.path("project").asString()),
                            labels),
                    folder.grace());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In a sandbox the process of the package is the child of the sandbox's first one. */
    private long packageProcess(InstanceId instance) {
        long first = fixture.processOf(instance).pid();
        return fixture.stateOf(instance).sandboxed()
                ? ProcessHandle.of(first)
                        .orElseThrow()
                        .children()
                        .findFirst()
                        .orElseThrow()
                        .pid()
                : first;
    }

    private static List<String> zeroTerminated(Path file) throws IOException {
        return List.of(Files.readString(file).split("\0"));
    }

    private static long dataLimit(Path process) throws IOException {
        return Files.readAllLines(process.resolve("limits")).stream()
                .filter(line -> line.startsWith("Max data size"))
                .map(line -> line.substring("Max data size".length()).strip().split(" +", 2)[0])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    @Override
    protected InstanceTemplate hanging() {
        return Templates.labelled("hanging");
    }

    @Override
    protected InstanceTemplate withoutImage() {
        return Templates.labelled("missing");
    }

    @Override
    protected void kill(Instance instance) {
        fixture.processOf(instance.id()).kill();
    }
}
