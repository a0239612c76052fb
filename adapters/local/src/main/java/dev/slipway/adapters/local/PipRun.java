package dev.slipway.adapters.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs pip by the runtime's script. Its lines go to the log as they come. */
final class PipRun {

    /** What it inherits: how the network of this machine is reached and trusted. Nothing else, which may be secret. */
    private static final List<String> INHERITED = List.of(
            "PATH",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "REQUESTS_CA_BUNDLE",
            "PIP_CERT",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "http_proxy",
            "https_proxy",
            "no_proxy");

    private static final Duration PULSE = Duration.ofSeconds(1);

    private final PipSettings settings;
    private final Path cache;
    private final BuildLog log;

    /** @param cache an existing folder, where downloads are kept */
    PipRun(PipSettings settings, Path cache, BuildLog log) {
        this.settings = settings;
        this.cache = cache;
        this.log = log;
    }

    /**
     * Runs it to its end.
     *
     * @param scratch an existing folder for its temporary files, which are removed with its end
     * @param sources a folder for the source package that it comes upon, see the script; null if it is not to be fetched
     * @return the exit code; null if it did not end within the limit, and was killed
     */
    @Nullable
    Integer run(List<String> words, Path scratch, @Nullable Path sources) throws IOException, InterruptedException {
        Path temporary = Files.createTempDirectory(scratch, "pip-");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).directory(temporary.toFile());
        setVariables(builder.environment(), temporary);
        if (sources != null) {
            builder.environment().put("SLIPWAY_SOURCES", sources.toString());
        }
        Process process = builder.start();
        // Its end is an empty one.
        LinkedBlockingQueue<Optional<String>> printed = new LinkedBlockingQueue<>();
        try {
            // Its stdin stays open: at the end of this process it ends too.
            Thread.ofVirtual().start(() -> read(process, printed));
            while (!log.isOver()) {
                Optional<String> line = printed.poll(PULSE.toMillis(), TimeUnit.MILLISECONDS);
                if (line == null) {
                    log.goesOn();
                } else if (line.isEmpty()) {
                    return process.waitFor();
                } else {
                    log.print(line.get());
                }
            }
            return null;
        } finally {
            process.destroyForcibly().onExit().join();
            new InstanceFolder(temporary).delete();
        }
    }

    private static void read(Process process, LinkedBlockingQueue<Optional<String>> printed) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                printed.add(Optional.of(line));
            }
        } catch (IOException killed) {
            // Its output ends here.
        } finally {
            printed.add(Optional.empty());
        }
    }

    private void setVariables(Map<String, String> variables, Path temporary) {
        variables.keySet().retainAll(INHERITED);
        variables.put("LANG", "C.UTF-8");
        variables.put("SLIPWAY_DOWNLOADS", cache.toString());
        variables.put("HOME", temporary.toString());
        variables.put("TMPDIR", temporary.toString());
        // Not on the command line, which all users see: an address may have a password.
        variables.put("PIP_CONFIG_FILE", "/dev/null");
        if (settings.index().equals(PipSettings.NO_INDEX)) {
            variables.put("PIP_NO_INDEX", "1");
        } else {
            variables.put("PIP_INDEX_URL", settings.index());
        }
        if (!settings.extraIndexes().isEmpty()) {
            variables.put("PIP_EXTRA_INDEX_URL", String.join(" ", settings.extraIndexes()));
        }
    }
}
