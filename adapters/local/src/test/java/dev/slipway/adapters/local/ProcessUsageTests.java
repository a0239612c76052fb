package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Usage;
import dev.slipway.testing.instance.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessUsageTests {

    private static final long MEMORY = 60L << 20;
    private static final Duration TIME = Duration.ofMillis(300);
    private static final String BUSY_FOR_A_WHILE = "import time\nwhile time.process_time() < 0.4: pass";

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        for (Process each : started) {
            ProcessMark.session(each.pid())
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    /** As the shim starts an instance: in a session of its own. */
    private ProcessMark start(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("setsid"));
        words.addAll(List.of(command));
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        return new ProcessMark(
                process.pid(), Long.parseLong(ProcessMark.stat(process.pid()).get(19)));
    }

    private static Usage used(ProcessMark process) {
        return ProcessUsage.of(process, false).orElseThrow();
    }

    private static void await(String what, ProcessMark process, Predicate<Usage> condition) {
        Await.until(what, () -> condition.test(used(process)), () -> used(process));
    }

    @Test
    void countsWhatTheProcessUses() throws IOException {
        ProcessMark process = start("python3", "-c", "kept = b'x' * %d\nwhile True: pass".formatted(MEMORY));

        await("its memory", process, used -> used.memoryBytes() >= MEMORY);
        await("its time", process, used -> used.cpuTime().compareTo(TIME) >= 0);

        Usage before = used(process);
        await("more time", process, used -> used.cpuTime().compareTo(before.cpuTime()) > 0);
        assertThat(used(process).memoryBytes()).isLessThan(3 * MEMORY);
    }

    @Test
    void countsWhatIsStartedBesideIt() throws IOException {
        String busy = "kept = b'x' * %d\nwhile True: pass".formatted(MEMORY);
        ProcessMark process = start("sh", "-c", "python3 -c \"$0\" & sleep 600", busy);

        await("the memory of its child", process, used -> used.memoryBytes() >= MEMORY);
        await("the time of its child", process, used -> used.cpuTime().compareTo(TIME) >= 0);
    }

    @Test
    void goesOnCountingTheTimeOfAChildThatHasEnded() throws IOException {
        ProcessMark process = start("sh", "-c", "python3 -c \"$0\"; sleep 600; true", BUSY_FOR_A_WHILE);

        Await.until("its second child", () -> hasSleepingChild(process), () -> used(process));

        assertThat(used(process).cpuTime()).isGreaterThanOrEqualTo(TIME);
    }

    private static boolean hasSleepingChild(ProcessMark process) {
        return ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::children)
                .anyMatch(child -> child.info().command().orElse("").endsWith("sleep"));
    }

    @Test
    void isEmptyOnceTheProcessHasEnded() throws IOException {
        ProcessMark process = start("sleep", "600");
        assertThat(ProcessUsage.of(process, false)).isPresent();

        process.kill();

        Await.until("its end", () -> !process.isAlive(), () -> process);
        assertThat(ProcessUsage.of(process, false)).isEqualTo(Optional.empty());
    }

    @Test
    void isEmptyForAnotherProcessOfTheSameNumber() throws IOException {
        ProcessMark process = start("sleep", "600");

        assertThat(ProcessUsage.of(new ProcessMark(process.pid(), process.startTime() - 1), false))
                .isEmpty();
    }
}
