package dev.slipway.adapters.local;

import dev.slipway.domain.environment.BuildEvents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of pip, whose lines are told as they come. */
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
    private static final int LONGEST_LINE = 2_000;
    private static final int MOST_LINES = 20_000;

    private final PipSettings settings;
    private final BuildEvents events;
    private final List<String> lines = new ArrayList<>();

    PipRun(PipSettings settings, BuildEvents events) {
        this.settings = settings;
        this.events = events;
    }

    /** What it printed, without what is beyond {@value #MOST_LINES} lines. */
    List<String> lines() {
        return lines;
    }

    /**
     * Runs it to its end.
     *
     * @param scratch an existing folder for its temporary files
     * @return the exit code; null if it did not end within the limit, and was killed
     */
    @Nullable
    Integer run(List<String> words, Path scratch) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).directory(scratch.toFile());
        setVariables(builder.environment(), scratch);
        Process process = builder.start();
        // Its end is an empty one.
        LinkedBlockingQueue<Optional<String>> printed = new LinkedBlockingQueue<>();
        try {
            // Its stdin stays open: at the end of this process it ends too.
            Thread.ofVirtual().start(() -> read(process, printed));
            long end = System.nanoTime() + settings.limit().toNanos();
            while (System.nanoTime() < end) {
                Optional<String> line = printed.poll(PULSE.toMillis(), TimeUnit.MILLISECONDS);
                if (line == null) {
                    events.goesOn();
                } else if (line.isEmpty()) {
                    return process.waitFor();
                } else if (lines.size() < MOST_LINES) {
                    lines.add(line.get());
                    events.printed(line.get());
                }
            }
            return null;
        } finally {
            process.destroyForcibly();
        }
    }

    private static void read(Process process, LinkedBlockingQueue<Optional<String>> printed) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                printed.add(Optional.of(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line));
            }
        } catch (IOException killed) {
            // Its output ends here.
        } finally {
            printed.add(Optional.empty());
        }
    }

    private void setVariables(Map<String, String> variables, Path scratch) {
        variables.keySet().retainAll(INHERITED);
        variables.put("LANG", "C.UTF-8");
        variables.put("HOME", scratch.toString());
        variables.put("TMPDIR", scratch.toString());
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
