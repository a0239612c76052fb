package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.runtime.PythonRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Starts shims: writes the spec, runs the script, returns once the shim lives on its own. */
final class Launcher {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long BYTES_PER_MB = 1L << 20;

    private final String command;
    private final Path runtimeFolder;
    private @Nullable PythonRuntime runtime;
    private @Nullable String interpreter;

    Launcher(String command, Path runtimeFolder) {
        this.command = command;
        this.runtimeFolder = runtimeFolder;
    }

    /**
     * Starts the shim of an instance in its folder. A shim that is there already lives on and no other is started.
     *
     * @throws LaunchFailure if it can't be started
     */
    void launch(InstanceFolder folder, InstanceTemplate template, Path model, Duration lease)
            throws InterruptedException {
        PythonRuntime python = runtime();
        folder.writeSpec(spec(folder.name(), template, model, lease, python));
        List<String> words = List.of(
                interpreter(),
                "-I",
                "-S",
                python.shim().toString(),
                folder.spec().toString());
        String complaint = run(words);
        if (!complaint.isEmpty()) {
            throw LaunchFailure.forNow("the shim of '%s' did not start: %s".formatted(folder.name(), complaint));
        }
    }

    private static JsonNode spec(
            String name, InstanceTemplate template, Path model, Duration lease, PythonRuntime python) {
        ObjectNode spec = JSON.createObjectNode();
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
        spec.putObject("limits")
                .put("cpus", template.flavor().cpu())
                .put("memory_bytes", template.flavor().memoryMb() * BYTES_PER_MB);
        spec.put("grace_seconds", template.drain().toMillis() / 1000.0);
        spec.put("lease_seconds", lease.toMillis() / 1000.0);
        return spec;
    }

    private synchronized PythonRuntime runtime() {
        PythonRuntime unpacked = runtime;
        if (unpacked == null) {
            unpacked = PythonRuntime.unpackInto(runtimeFolder);
            runtime = unpacked;
        }
        return unpacked;
    }

    /** The interpreter itself: what PATH names may be a script that looks for it each time. */
    private synchronized String interpreter() throws InterruptedException {
        String found = interpreter;
        if (found == null) {
            found = askForInterpreter();
            interpreter = found;
        }
        return found;
    }

    private String askForInterpreter() throws InterruptedException {
        String question = "import sys; print(sys.executable if sys.version_info >= (3, 9) else '')";
        try {
            Process process = new ProcessBuilder(command, "-I", "-S", "-c", question)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            if (process.waitFor() == 0 && !answer.isEmpty()) {
                return answer;
            }
        } catch (IOException notThere) {
            throw LaunchFailure.forNow(
                    "'%s' can't be run: %s; install Python 3.9 or newer".formatted(command, notThere.getMessage()));
        }
        throw LaunchFailure.forNow("'%s' is not Python 3.9 or newer; install one".formatted(command));
    }

    /** Runs to the end; what it complained about, empty if it succeeded. */
    private static String run(List<String> words) throws InterruptedException {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words).directory(Path.of("/").toFile());
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            // Our own environment may hold secrets that are no business of a shim.
            Map<String, String> environment = builder.environment();
            String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
            environment.clear();
            environment.put("PATH", path);
            environment.put("LANG", "C.UTF-8");
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return "no answer in %d s".formatted(PATIENCE.toSeconds());
            }
            String complaint = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return process.exitValue() == 0 ? "" : complaint.isEmpty() ? "exit code " + process.exitValue() : complaint;
        } catch (IOException failure) {
            return String.valueOf(failure.getMessage());
        }
    }
}
