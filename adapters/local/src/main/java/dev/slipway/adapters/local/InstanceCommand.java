package dev.slipway.adapters.local;

import dev.slipway.domain.instance.ExecResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command beside the process of an instance: with its variables, in its folder, and in its sandbox if it has one. The memory limit
 * of the instance applies to each process of the command.
 *
 * @param process of the instance; the first one of its sandbox
 */
record InstanceCommand(ProcessMark process, boolean sandboxed, InstanceFolder folder) {

    private static final String LIMITED = "ulimit -c 0; ulimit -d \"$0\"; exec \"$@\"";
    private static final long BYTES_PER_KB = 1024;
    // A process that the command left behind may hold its output open.
    private static final Duration OUTPUT_LIMIT_AFTER_END = Duration.ofSeconds(1);

    /** Runs it to its end. After {@code limit} it is killed, with everything that it started. */
    ExecResult run(List<String> command, Duration limit) throws InterruptedException {
        Process running = start(command);
        Output output = new Output();
        try {
            Thread reader = Thread.ofVirtual().start(() -> output.readFrom(running.getInputStream()));
            boolean ended = running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(running);
            }
            reader.join(OUTPUT_LIMIT_AFTER_END);
            return new ExecResult(ended ? running.exitValue() : null, output.text());
        } finally {
            kill(running);
        }
    }

    private Process start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(words(command)).redirectErrorStream(true);
        try {
            setEnvironment(builder.environment());
            if (!sandboxed) {
                builder.directory(Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                        .toFile());
            }
            Process running = builder.start();
            running.getOutputStream().close();
            return running;
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "'%s' can't be run beside process %d".formatted(command.getFirst(), process.pid()), failure);
        }
    }

    private List<String> words(List<String> command) {
        // A session of its own, so that everything that it started can be found at its end.
        List<String> words = new ArrayList<>(List.of("setsid"));
        if (sandboxed) {
            words.addAll(List.of("nsenter", "--target", Long.toString(process.pid()), "--user"));
            // The user of the instance; whoever is not root is that user there already, and may not choose another.
            boolean isRoot = ProcessHandle.current().info().user().orElse("").equals("root");
            words.addAll(
                    isRoot
                            ? List.of("--setuid", folder.userInside(), "--setgid", folder.groupInside())
                            : List.of("--preserve-credentials"));
            words.addAll(List.of("--mount", "--pid", "--ipc", "--uts", "--net", "--"));
            // The rights that entering the namespaces gave end with the next program, and none comes back.
            words.addAll(List.of("setpriv", "--no-new-privs"));
        }
        words.addAll(List.of(
                "/bin/sh",
                "-c",
                sandboxed ? "cd " + folder.directoryInside() + "; " + LIMITED : LIMITED,
                Long.toString(folder.memoryBytes() / BYTES_PER_KB)));
        words.addAll(command);
        return words;
    }

    private void setEnvironment(Map<String, String> environment) throws IOException {
        environment.clear();
        String all = Files.readString(folder.environment(), StandardCharsets.UTF_8);
        for (String variable : all.split("\0", -1)) {
            int equals = variable.indexOf('=');
            // A user's LD_PRELOAD must not apply to programs outside the sandbox.
            if (equals > 0 && !(sandboxed && variable.startsWith("LD_"))) {
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
    }

    /** Ends it and what it has left behind. */
    private static void kill(Process running) {
        running.destroyForcibly();
        ProcessMark.session(running.pid())
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    /** The first bytes of the output. The rest is read and dropped, so that the command never waits for its output. */
    private static final class Output {

        private static final int PIECE = 8_192;

        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        void readFrom(InputStream stream) {
            byte[] piece = new byte[PIECE];
            try {
                for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
                    keep(piece, count);
                }
            } catch (IOException closedWithItsProcess) {
                // The output ends here.
            }
        }

        private synchronized void keep(byte[] piece, int count) {
            kept.write(piece, 0, Math.min(count, ExecResult.MOST_OUTPUT - kept.size()));
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
