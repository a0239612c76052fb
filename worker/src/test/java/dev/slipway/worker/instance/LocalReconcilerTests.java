package dev.slipway.worker.instance;

import dev.slipway.adapters.local.LocalCluster;
import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.testing.image.FolderImage;
import dev.slipway.testing.image.InMemoryImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The same over processes of this machine. */
class LocalReconcilerTests extends ReconcilerContract {

    private static final String CODE = """
            from model_service.model_service import SingleNodeService

            class Working(SingleNodeService):
                def _inference(self, data):
                    return data
            """;

    private final InMemoryImageStore images = new InMemoryImageStore();
    private final InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);
    private final Path folder;
    private final LocalCluster cluster;
    private ImageDigest image = new ImageDigest("sha256:" + "0".repeat(64));

    LocalReconcilerTests(@TempDir Path folder) {
        this.folder = folder;
        this.cluster = new LocalCluster(folder.resolve("local"), LocalSettings.usual("python3"), images, client);
    }

    @BeforeEach
    void keepAPackage() throws IOException {
        Path parent = folder.resolve("package");
        Path model = Files.createDirectories(parent.resolve("model"));
        Files.writeString(model.resolve("config.json"), "{\"model_type\":\"Custom\",\"model_algorithm\":\"test\"}");
        Files.writeString(model.resolve("customize_service.py"), CODE);
        image = FolderImage.build(images, "working", parent);
    }

    @AfterEach
    void close() throws InterruptedException {
        cluster.endAll(Duration.ofSeconds(10));
        client.close();
    }

    @Override
    Cluster cluster() {
        return cluster;
    }

    @Override
    InstanceTemplate working() {
        return InstanceTemplate.ofEngine(
                image,
                "working 0.0.1",
                ModelType.CUSTOM,
                new Flavor("modelarts.vm.cpu.2u", 2, 8192, "CPU"),
                Map.of(),
                Duration.ofSeconds(5),
                Placement.ANYWHERE);
    }

    @Override
    void kill(Instance instance) {
        try {
            Path state = folder.resolve("local/instances").resolve(instance.id() + "/state.json");
            int pid = JsonMapper.shared()
                    .readTree(Files.readAllBytes(state))
                    .path("process")
                    .path("pid")
                    .asInt();
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        } catch (IOException ended) {
            // There is nothing to kill any more.
        }
    }

    @Test
    void bringsThisMachineToTheRowsThroughABadNetwork() {
        convergesAfter(25, 2, 2, 1);
    }
}
