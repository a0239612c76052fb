package dev.slipway.parts.process;

import dev.slipway.parts.folder.DurableFile;
import dev.slipway.parts.folder.Host;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A server of our own that lives outside this JVM: launched in a session of its own (so that Ctrl-C in our terminal does not
 * reach it), remembered by a pid file, stopped by signal.
 */
public final class PartProcess {

    private static final Duration POLL = Duration.ofMillis(20);

    private static final long LONGEST_LOG = 16L << 20;

    private final Path pidFile;
    private final Path log;
    private final long longestLog;

    public PartProcess(Path pidFile, Path log) {
        this(pidFile, log, LONGEST_LOG);
    }

    /** @param longestLog in bytes */
    PartProcess(Path pidFile, Path log, long longestLog) {
        this.pidFile = pidFile;
        this.log = log;
        this.longestLog = longestLog;
    }

    /**
     * Empties the log if it is longer than 16 MiB, after it was copied to the file that ends in {@code .1}, in the place of the copy before.
     * The server has the file open, so it cannot be renamed; what is written during the copy may be lost. Without room there is no copy.
     */
    public void limitLog() {
        try {
            if (Files.notExists(log) || Files.size(log) <= longestLog) {
                return;
            }
            keepCopy();
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot shorten the log '" + log + "'", e);
        }
    }

    private void keepCopy() throws IOException {
        Path copy = log.resolveSibling(log.getFileName() + ".1");
        try {
            Files.copy(log, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException noRoom) {
            // A part of it would take the room that the server needs.
            if (Files.isRegularFile(copy)) {
                Files.delete(copy);
            }
        }
    }

    /**
     * Starts the command with its output appended to the log, and remembers it.
     *
     * @param withoutVariables prefix of environment variables that would change what the server does
     */
    public ProcessIdentity launch(List<String> command, Path workingFolder, String withoutVariables)
            throws IOException {
        List<String> detached = new ArrayList<>();
        detached.add("setsid");
        detached.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(detached)
                .directory(workingFolder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith(withoutVariables));
        Process process = builder.start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid())
                .orElseThrow(() -> new IOException("'%s' ended at once; see '%s'".formatted(command.getFirst(), log)));
        remember(identity);
        return identity;
    }

    /** Writes the pid file. */
    public void remember(ProcessIdentity identity) {
        String text = "pid=%d\nstart=%d\nboot=%s\n".formatted(identity.pid(), identity.startTicks(), identity.bootId());
        try {
            DurableFile.write(pidFile, text, "rw-r--r--");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the pid file '" + pidFile + "'", e);
        }
    }

    /** The process of the pid file if it is still alive. */
    public Optional<ProcessIdentity> remembered() {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(pidFile)));
            ProcessIdentity identity = new ProcessIdentity(
                    Long.parseLong(properties.getProperty("pid", "0")),
                    Long.parseLong(properties.getProperty("start", "0")),
                    properties.getProperty("boot", ""));
            boolean thisBoot = identity.bootId().equals(Host.currentBootId());
            return thisBoot && identity.isAlive() ? Optional.of(identity) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the pid file '" + pidFile + "'", e);
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    /** Removes the pid file. */
    public void forget() {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the pid file '" + pidFile + "'", e);
        }
    }

    /** Sends the signal, waits for the grace, then kills. */
    public static void stop(ProcessIdentity identity, String signal, Duration grace) {
        signal(identity, signal);
        if (!waitUntil(() -> !identity.isAlive(), grace)) {
            signal(identity, "KILL");
            waitUntil(() -> !identity.isAlive(), Duration.ofSeconds(5));
        }
    }

    /** Sends a signal by name, such as {@code INT}; Java itself knows only TERM and KILL. */
    public static void signal(ProcessIdentity identity, String signal) {
        if (!identity.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + identity.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send " + signal + " to process " + identity.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Checks every 20 ms; false when the limit has passed or the thread was interrupted. */
    public static boolean waitUntil(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** The last lines of the log, for messages. */
    public String lastLines(int count) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
        } catch (IOException noLog) {
            return "(no log)";
        }
    }

    public Path log() {
        return log;
    }
}
