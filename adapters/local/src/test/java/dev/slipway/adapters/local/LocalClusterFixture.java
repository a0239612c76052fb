package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.InstanceResponse;
import dev.slipway.testing.instance.Templates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A folder with packages that behave as their name says, and what a test needs to look at instances from outside. */
final class LocalClusterFixture implements AutoCloseable {

    static final String WORKING = """
            import os, time
            from model_service.model_service import SingleNodeService

            class Working(SingleNodeService):
                def _inference(self, data):
                    if "sleep" in data:
                        print("sleeping", flush=True)
                        time.sleep(data["sleep"])
                    if "drain" in data:
                        os.write(3, b'{"event": "draining", "why": "it says so"}\\n')
                    if "elsewhere" in data:
                        os.write(3, b'{"event": "ready", "address": "127.0.0.1:22"}\\n')
                    if "warn" in data:
                        os.write(3, b'{"event": "warning", "message": "a word"}\\n')
                    if "unreachable" in data:
                        os.closerange(3, 300)
                    return {"pid": os.getpid(), "label": self.model_name, "env": os.environ.get("SETTING")}
            """;

    static final String WARNED = """
            from model_service.model_service import SingleNodeService
            from model_service.python_model_service import XgSkIServingBaseService

            class Warned(SingleNodeService):
                pass
            """;

    static final String FAILING = """
            from model_service.model_service import SingleNodeService

            class Failing(SingleNodeService):
                def __init__(self, model_name, model_path):
                    raise ValueError("wrong setting")
            """;

    static final String DYING = """
            import os
            os._exit(9)
            """;

    static final String HANGING = """
            import time
            time.sleep(3600)
            """;

    private final Path folder;
    private final FolderImages images = new FolderImages();
    private final InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);

    LocalClusterFixture(Path folder) {
        this.folder = folder;
        keep("working", WORKING);
        keep("warned", WARNED);
        keep("failing", FAILING);
        keep("dying", DYING);
        keep("hanging", HANGING);
    }

    static LocalClusterFixture create() {
        try {
            return new LocalClusterFixture(Files.createTempDirectory("slipway-local-"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void keep(String label, String code) {
        try {
            Path model = Files.createDirectories(folder.resolve("packages").resolve(label));
            Files.writeString(model.resolve("config.json"), "{\"model_type\":\"Custom\",\"model_algorithm\":\"test\"}");
            Files.writeString(model.resolve("customize_service.py"), code);
            images.put(Templates.labelled(label).image(), model);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Path folder() {
        return folder;
    }

    FolderImages images() {
        return images;
    }

    InstanceClient client() {
        return client;
    }

    LocalCluster open() {
        return open("python3");
    }

    LocalCluster open(String python) {
        return open(LocalSettings.usual(python));
    }

    LocalCluster open(LocalSettings settings) {
        return new LocalCluster(folder.resolve("local"), settings, images, client);
    }

    static InstanceTemplate working() {
        return Templates.labelled("working");
    }

    InstanceFolder folderOf(InstanceId id) {
        return new InstanceFolder(folder.resolve("local/instances").resolve(id.toString()));
    }

    ShimState stateOf(InstanceId id) {
        ShimState state = folderOf(id).state();
        if (state == null) {
            throw new AssertionError("no state of " + id);
        }
        return state;
    }

    ProcessMark processOf(InstanceId id) {
        ProcessMark process = stateOf(id).process();
        if (process == null) {
            throw new AssertionError("no process of " + id);
        }
        return process;
    }

    /** The answer to a prediction: status and body. */
    CompletableFuture<Answer> ask(Instance instance, String body) {
        InstanceRequest request = new InstanceRequest(
                "POST",
                "/",
                Map.of("Content-Type", "application/json"),
                List.of(body.getBytes(StandardCharsets.UTF_8)));
        Address address = Objects.requireNonNull(instance.address());
        return client.connect(instance.id(), address).thenCompose(connection -> connection
                .send(request, Duration.ofSeconds(20))
                .thenApplyAsync(LocalClusterFixture::read)
                .whenComplete((answer, failure) -> connection.close()));
    }

    private static Answer read(InstanceResponse response) {
        try (response) {
            return new Answer(response.status(), new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    record Answer(int statusCode, String body) {}

    /** Ends what a test has left, and deletes the folder. */
    @Override
    public void close() {
        client.close();
        Path instances = folder.resolve("local/instances");
        if (Files.isDirectory(instances)) {
            try (Stream<Path> all = Files.list(instances)) {
                all.filter(Files::isDirectory).map(InstanceFolder::new).forEach(LocalClusterFixture::kill);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        new InstanceFolder(folder).delete();
    }

    private static void kill(InstanceFolder instance) {
        ShimState state = instance.state();
        if (state != null) {
            state.shim().kill();
            ProcessMark process = state.process();
            if (process != null) {
                process.kill();
            }
        }
    }
}
