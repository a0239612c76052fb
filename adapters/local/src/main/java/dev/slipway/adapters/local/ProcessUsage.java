package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The CPU time and memory of an instance's processes, as the kernel counts them. */
final class ProcessUsage {

    private static final int FIRST_OF_TIMES = 11;
    private static final int AFTER_TIMES = 15;
    // The kernel reports times to programs in hundredths of a second on every Linux.
    private static final long NANOS_PER_TICK = TimeUnit.SECONDS.toNanos(1) / 100;
    private static final long BYTES_PER_KB = 1024;

    private ProcessUsage() {}

    /**
     * All processes of its sandbox, or of its session if it has none. Empty if it has ended.
     *
     * @param process of the instance; the first one of its sandbox
     */
    static Optional<Usage> of(ProcessMark process, boolean sandboxed) {
        if (!process.isAlive()) {
            return Optional.empty();
        }
        long ticks = 0;
        long memory = 0;
        try {
            for (long pid : sandboxed ? ProcessMark.below(process.pid()) : sessionOf(process)) {
                ticks += ticks(pid);
                memory += memory(pid);
            }
        } catch (IOException ended) {
            return Optional.empty();
        }
        return Optional.of(new Usage(Duration.ofNanos(ticks * NANOS_PER_TICK), memory));
    }

    private static List<Long> sessionOf(ProcessMark process) throws IOException {
        return ProcessMark.session(
                Long.parseLong(ProcessMark.stat(process.pid()).get(ProcessMark.SESSION)));
    }

    /** Its own time and that of its ended children. 0 if it has ended: then its time is part of its parent's. */
    private static long ticks(long pid) {
        try {
            return ProcessMark.stat(pid).subList(FIRST_OF_TIMES, AFTER_TIMES).stream()
                    .mapToLong(Long::parseLong)
                    .sum();
        } catch (IOException ended) {
            return 0;
        }
    }

    private static long memory(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * BYTES_PER_KB)
                    .sum();
        } catch (IOException | UncheckedIOException ended) {
            return 0;
        }
    }
}
