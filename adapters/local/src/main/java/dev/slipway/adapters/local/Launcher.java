package dev.slipway.adapters.local;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.runtime.PythonRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Starts shims: writes the spec, runs the script, returns once the shim runs detached. */
final class Launcher {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final long BYTES_PER_MB = 1L << 20;

    private final LocalSettings settings;
    private final Environments environments;
    private final Path runtimeFolder;
    private final SocketFolder sockets;
    private final LogFolders logs;
    private @Nullable PythonRuntime runtime;

    Launcher(
            LocalSettings settings,
            Environments environments,
            Path runtimeFolder,
            SocketFolder sockets,
            LogFolders logs) {
        this.settings = settings;
        this.environments = environments;
        this.runtimeFolder = runtimeFolder;
        this.sockets = sockets;
        this.logs = logs;
    }

    /**
     * Starts the shim of an instance in its folder. If a shim runs there already, no other is started.
     *
     * @throws LaunchFailure if it can't be started
     */
    void launch(InstanceFolder folder, InstanceTemplate template, Path model, Duration lease)
            throws InterruptedException {
        PythonRuntime python = runtime();
        sockets.make();
        // Of an image, only the shim runs by an interpreter of this machine.
        Environment environment = template.type() == ModelType.IMAGE ? null : environment(template, model);
        folder.writeSpec(spec(folder.name(), template, model, lease, python, environment));
        List<String> words = List.of(
                environment == null ? settings.python() : environment.interpreter(),
                "-I",
                "-S",
                python.shim().toString(),
                folder.spec().toString());
        String complaint = run(words);
        if (!complaint.isEmpty()) {
            throw LaunchFailure.forNow("the shim of '%s' did not start: %s".formatted(folder.name(), complaint));
        }
    }

    private JsonNode spec(
            String name,
            InstanceTemplate template,
            Path model,
            Duration lease,
            PythonRuntime python,
            @Nullable Environment environment) {
        ObjectNode spec = JSON.createObjectNode();
        if (environment == null) {
            ContainerStart start = ContainerStart.of(model, template);
            start.writeTo(spec);
            spec.put("model_dir", start.root().toString());
        } else {
            writeServer(spec, name, template, model, python);
            spec.put("environment", environment.digest().value());
            environment.folders().forEach(spec.putArray("libraries")::add);
        }
        spec.putObject("limits")
                .put("cpus", template.flavor().cpu())
                .put("memory_bytes", template.flavor().memoryMb() * BYTES_PER_MB)
                .put("processes", settings.processes())
                .put("disk_bytes", settings.diskBytes())
                .put("files", settings.files());
        Placement placement = template.placement();
        spec.put("log", logs.of(placement, name).create().log().toString());
        spec.put("socket", sockets.socketOf(name).toString());
        spec.put("sandbox", settings.sandbox().text());
        spec.put("require_sandbox", settings.sandboxRequired());
        spec.put("user", settings.user());
        boolean hasNetwork =
                placement.pool() != null && settings.poolsWithNetwork().contains(placement.pool());
        spec.put("network", hasNetwork ? "host" : "none");
        spec.put("pool", placement.pool());
        spec.put(
                "project",
                placement.project() == null ? null : placement.project().value());
        ObjectNode labels = spec.putObject("labels");
        placement.labels().forEach(labels::put);
        spec.put("grace_seconds", template.drain().toMillis() / 1000.0);
        spec.put("start_seconds", template.startLimit().toSeconds());
        spec.put("lease_seconds", lease.toMillis() / 1000.0);
        return spec;
    }

    /** The server of the model's engine. */
    private static void writeServer(
            ObjectNode spec, String name, InstanceTemplate template, Path model, PythonRuntime python) {
        // {python} and {model} are filled in by the shim: they differ inside a sandbox.
        List.of(
                        "{python}",
                        "-I",
                        python.server().toString(),
                        "--supervised",
                        "--model-dir",
                        "{model}",
                        "--model-type",
                        template.type().wireName(),
                        "--model-name",
                        template.label(),
                        "--instance",
                        name)
                .forEach(spec.putArray("command")::add);
        ObjectNode env = spec.putObject("env");
        template.envs().forEach(env::put);
        spec.put("model_dir", model.toString());
    }

    private synchronized PythonRuntime runtime() {
        PythonRuntime unpacked = runtime;
        if (unpacked == null) {
            unpacked = PythonRuntime.unpackInto(runtimeFolder);
            runtime = unpacked;
        }
        return unpacked;
    }

    /** Builds it if it is not kept any more. */
    private Environment environment(InstanceTemplate template, Path model) throws InterruptedException {
        EnvironmentSpec asked = template.environment();
        try {
            return environments.prepare(
                    asked == null ? Engines.of(template.type()).environment() : asked,
                    wheel -> Files.newInputStream(model.resolve(wheel)),
                    BuildEvents.none());
        } catch (Unavailable now) {
            throw LaunchFailure.forNow(String.valueOf(now.getMessage()));
        } catch (Invalid forEver) {
            throw LaunchFailure.forGood(String.valueOf(forEver.getMessage()));
        }
    }

    /** Runs a command to its end and returns its errors; empty if it succeeded. */
    static String run(List<String> words) throws InterruptedException {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words).directory(Path.of("/").toFile());
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            // Our own environment may hold secrets that a shim must not get.
            Map<String, String> environment = builder.environment();
            String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
            environment.clear();
            environment.put("PATH", path);
            environment.put("LANG", "C.UTF-8");
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return "no answer in %d s".formatted(START_LIMIT.toSeconds());
            }
            String complaint = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return process.exitValue() == 0 ? "" : complaint.isEmpty() ? "exit code " + process.exitValue() : complaint;
        } catch (IOException failure) {
            return String.valueOf(failure.getMessage());
        }
    }
}
