package dev.slipway.adapters.local;

import dev.slipway.runtime.PythonRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which sandbox instances get on this machine, found by starting one as an instance is started.
 *
 * @param kind null if instances can't be started at all
 * @param reason why it is not a better one, or why there is none; null if nothing is better
 * @param limits how processor time, memory and processes are limited besides by watching them
 */
public record SandboxCheck(
        @Nullable SandboxKind kind,
        @Nullable String reason,
        @Nullable String limits) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * Tries it; some tenths of a second, and a minute at most. Interrupted, it ends what it started.
     *
     * @param folder where the Python runtime is unpacked, or is already
     */
    public static SandboxCheck run(LocalSettings settings, Path folder) throws InterruptedException {
        PythonRuntime runtime = PythonRuntime.unpackInto(folder);
        String wanted = JSON.createObjectNode()
                .put("sandbox", settings.sandbox().text())
                .put("require_sandbox", settings.sandboxRequired())
                .put("user", settings.user())
                .toString();
        Process process = null;
        try {
            process = new ProcessBuilder(List.of(
                            settings.python(), "-I", "-S", runtime.shim().toString(), "--check", wanted))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            // Its answer is a line, which a pipe holds: it ends without a reader.
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return new SandboxCheck(null, "no answer in %d s".formatted(LIMIT.toSeconds()), null);
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return process.exitValue() == 0 ? of(JSON.readTree(answer)) : new SandboxCheck(null, answer, null);
        } catch (IOException | JacksonException failure) {
            return new SandboxCheck(null, String.valueOf(failure.getMessage()), null);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static SandboxCheck of(JsonNode answer) {
        String kind = answer.path("kind").asString("");
        return new SandboxCheck(
                kind.isEmpty() ? null : SandboxKind.of(kind), text(answer.path("reason")), text(answer.path("limits")));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.asString() : null;
    }

    /** Whether instances run in a sandbox here. */
    public boolean isUsed() {
        return kind != null && kind != SandboxKind.NONE;
    }
}
