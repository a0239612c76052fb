package dev.slipway.standalone.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks a program of this machine for one line. */
final class MachineProgram {

    private static final long LIMIT_MILLIS = 2_500;

    /** What it says where there is none. */
    static final String NOT_FOUND = "not found";

    private MachineProgram() {}

    /** The first line of its output, or {@link #NOT_FOUND}; empty if it has not ended in time. */
    static Optional<String> firstLine(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            try {
                if (!process.waitFor(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    return Optional.empty();
                }
                // What has ended has written it; a process that it left may hold the pipe open.
                byte[] output = process.getInputStream()
                        .readNBytes(process.getInputStream().available());
                String text = new String(output, StandardCharsets.UTF_8).strip();
                return Optional.of(text.lines().findFirst().orElse("no answer"));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException notFound) {
            return Optional.of(NOT_FOUND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
