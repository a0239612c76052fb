package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.ExecResult;
import dev.slipway.testing.instance.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceCommandTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long MEMORY = 300L << 20;

    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        for (Process each : started) {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly();
        }
    }

    private ProcessMark start(String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        Files.writeString(folder.resolve("environment"), "PATH=/usr/bin:/bin\0SETTING=high\0");
        Files.writeString(folder.resolve("spec.json"), "{\"limits\": {\"memory_bytes\": %d}}".formatted(MEMORY));
        Process process = builder.start();
        started.add(process);
        return markOf(process.pid());
    }

    private static ProcessMark markOf(long pid) {
        try {
            return new ProcessMark(pid, Long.parseLong(ProcessMark.stat(pid).get(19)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void hasTheVariablesTheFolderAndTheLimitsOfTheInstance() throws Exception {
        InstanceCommand inside = new InstanceCommand(start("sleep", "600"), false, new InstanceFolder(folder));

        ExecResult result = inside.run(List.of("sh", "-c", "echo $SETTING; pwd; ulimit -d; ulimit -c; exit 7"), LIMIT);

        assertThat(result)
                .isEqualTo(new ExecResult(7, "high\n%s\n%d\n0\n".formatted(folder.toRealPath(), MEMORY >> 10)));
    }

    @Test
    void keepsTheFirstOfMuchOutput() throws Exception {
        InstanceCommand inside = new InstanceCommand(start("sleep", "600"), false, new InstanceFolder(folder));

        ExecResult result = inside.run(List.of("sh", "-c", "yes | head -c 3000000; exit 5"), LIMIT);

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.output()).hasSize(ExecResult.MOST_OUTPUT);
    }

    @Test
    void killsWhatTheCommandHasStartedWhenItsTimeIsOver() throws Exception {
        InstanceCommand inside = new InstanceCommand(start("sleep", "600"), false, new InstanceFolder(folder));

        ExecResult result = inside.run(List.of("sh", "-c", "sleep 600 & echo $!; wait"), Duration.ofSeconds(1));

        assertThat(result.exitCode()).isNull();
        long child = Long.parseLong(result.output().trim());
        Await.until(
                "its end",
                () -> !ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false),
                () -> child);
    }

    @Test
    void endsWhatTheCommandLeavesBehind() throws Exception {
        InstanceCommand inside = new InstanceCommand(start("sleep", "600"), false, new InstanceFolder(folder));

        ExecResult result = inside.run(List.of("sh", "-c", "sleep 600 > /dev/null 2>&1 & echo $!"), LIMIT);

        long child = Long.parseLong(result.output().trim());
        Await.until(
                "its end",
                () -> !ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false),
                () -> child);
    }
}
