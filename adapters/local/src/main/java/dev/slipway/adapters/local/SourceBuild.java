package dev.slipway.adapters.local;

import dev.slipway.runtime.PythonRuntime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the wheels of source packages, which may run anything for it: each in a sandbox of its own, as instances have, without network, and
 * with what it requires installed before. What comes out is not trusted.
 */
final class SourceBuild {

    private static final String RESULTS = "out";
    /** For requirements that only the package itself knows, and those of them. */
    private static final int MOST_ROUNDS = 5;

    private static final int MOST_REQUIREMENTS = 100;
    private static final long LARGEST_DOCUMENT = 1 << 20;
    private static final Duration PULSE = Duration.ofMillis(200);
    private static final int PULSES_PER_SECOND = 5;
    private static final Duration AFTER_KILL = Duration.ofSeconds(10);
    /** After which the sandbox of a worker that was killed ends. */
    private static final int LEASE_SECONDS = 30;

    /** Names and versions; neither addresses nor files nor options. */
    private static final Pattern REQUIREMENT = Pattern.compile(
            "[A-Za-z0-9][A-Za-z0-9._-]*+\\s*+(?:\\[[A-Za-z0-9._, -]*+\\])?[\\s(]*+(?:[<>=!~]=?=?\\s*+[A-Za-z0-9.*+!_-]++[\\s,]*+)*+\\)?\\s*+(?:;[^@]*)?");

    private static final Pattern ARCHIVE_NAME = Pattern.compile("(?i).*[.](?:whl|zip|tar|tgz|tbz|gz|bz2|xz)");
    private static final Pattern WHEEL = Pattern.compile("[A-Za-z0-9._+!]+(?:-[A-Za-z0-9._+!]+){4,5}[.]whl");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HostPython python;
    private final LocalSettings settings;
    private final PythonRuntime runtime;
    private final PipInstallation installation;
    private final Path scratch;
    private final BuildLog log;
    private int runs;

    /** @param installation by which requirements are installed */
    SourceBuild(
            HostPython python,
            LocalSettings settings,
            PythonRuntime runtime,
            PipInstallation installation,
            Path scratch,
            BuildLog log) {
        this.python = python;
        this.settings = settings;
        this.runtime = runtime;
        this.installation = installation;
        this.scratch = scratch;
        this.log = log;
    }

    /** Why a package was not built. */
    static final class CannotBuild extends Exception {

        private static final long serialVersionUID = 1;

        private final transient PipFailure failure;

        private CannotBuild(PipFailure failure) {
            super(failure.reason());
            this.failure = failure;
        }

        PipFailure failure() {
            return failure;
        }
    }

    /** The wheel of a source package, below the scratch folder. */
    Path build(Path archive) throws CannotBuild, IOException, InterruptedException {
        String name = archive.getFileName().toString();
        if (runs == 0) {
            failWithoutSandbox(name);
        }
        log.print("building a wheel from '%s'".formatted(name));
        EnvironmentFolder environment = new EnvironmentFolder(scratch.resolve("build-environment"));
        List<String> granted = new ArrayList<>();
        try {
            for (int round = 0; round < MOST_ROUNDS; round++) {
                prepare(environment, granted, name);
                Path results = run(archive, environment, granted);
                Path requires = results.resolve("requires.json");
                if (!Files.exists(requires)) {
                    return wheel(results, name);
                }
                granted.addAll(requirements(requires, granted, name));
            }
        } finally {
            environment.delete();
        }
        throw refused(name, "it always requires more to be built, at last %s".formatted(granted.getLast()));
    }

    private void failWithoutSandbox(String name) throws CannotBuild, InterruptedException {
        SandboxCheck check =
                SandboxCheck.run(settings, Objects.requireNonNull(runtime.root().getParent()));
        if (!check.isUsed()) {
            throw refused(
                    name,
                    "source packages are built in a sandbox only, and none works on this machine (%s): apt-get install bubblewrap, or ask for a version that has a wheel"
                            .formatted(check.reason()));
        }
    }

    private void prepare(EnvironmentFolder environment, List<String> granted, String name)
            throws CannotBuild, IOException, InterruptedException {
        environment.begin(python, false);
        if (granted.isEmpty()) {
            return;
        }
        PipFailure failure = installation.install(
                new PipInstallation.Request(environment, List.of(), List.copyOf(granted), List.of()));
        if (failure != null) {
            throw new CannotBuild(failure.in("what '%s' requires to be built can't be installed".formatted(name)));
        }
        environment.letAllRead();
    }

    /** Runs the script of the runtime in a sandbox; the folder with what it has left. */
    private Path run(Path archive, EnvironmentFolder environment, List<String> granted)
            throws CannotBuild, IOException, InterruptedException {
        runs++;
        String name = archive.getFileName().toString();
        Path files = Files.createDirectory(scratch.resolve("source-" + runs));
        Files.copy(archive, Files.createDirectory(files.resolve("archive")).resolve(name));
        Files.write(files.resolve("granted.json"), JSON.writeValueAsBytes(granted));
        new EnvironmentFolder(files).letAllRead();
        InstanceFolder box = new InstanceFolder(scratch.resolve("build-" + runs));
        box.create();
        box.touchLease();
        box.writeSpec(spec(files));
        String complaint = Launcher.run(List.of(
                environment.interpreter().toString(),
                "-I",
                "-S",
                runtime.shim().toString(),
                box.spec().toString()));
        if (!complaint.isEmpty()) {
            throw new IOException("the sandbox of a build did not start: " + complaint);
        }
        ShimState end = await(box, name);
        Path results = box.path().resolve(RESULTS);
        if (!Integer.valueOf(0).equals(end.exitCode()) || !Files.isDirectory(results)) {
            throw refused(name, String.valueOf(end.cause()));
        }
        new InstanceFolder(files).delete();
        return results;
    }

    private JsonNode spec(Path files) {
        ObjectNode spec = JSON.createObjectNode();
        // {python} and {model} are filled in by the shim: they differ inside a sandbox.
        Stream.of("{python}", "-I", runtime.build().toString(), "{model}").forEach(spec.putArray("command")::add);
        // The same sources give the same wheel.
        spec.putObject("env").put("SOURCE_DATE_EPOCH", "315532800");
        spec.put("model_dir", files.toString());
        spec.put("results", RESULTS);
        spec.putNull("socket");
        spec.putObject("limits")
                .put("cpus", Runtime.getRuntime().availableProcessors())
                .put("memory_bytes", (long) settings.pip().sources().memoryMb() << 20)
                .put("processes", settings.processes())
                .put("disk_bytes", settings.diskBytes())
                .put("files", settings.files());
        spec.put("sandbox", settings.sandbox().text());
        spec.put("require_sandbox", true);
        spec.put("user", settings.user());
        spec.put("network", "none");
        spec.put("grace_seconds", 1);
        spec.put("lease_seconds", LEASE_SECONDS);
        return spec;
    }

    private ShimState await(InstanceFolder box, String name) throws CannotBuild, IOException, InterruptedException {
        Printed printed = new Printed(box.path().resolve("log"));
        boolean hasEnded = false;
        try {
            for (int pulse = 1; !hasEnded; pulse++) {
                hasEnded = box.hasEnded();
                printed.tell();
                if (log.isOver()) {
                    throw new CannotBuild(log.tooLong("the build of '%s'".formatted(name)));
                }
                if (pulse % PULSES_PER_SECOND == 0) {
                    box.touchLease();
                    log.goesOn();
                }
                if (!hasEnded) {
                    TimeUnit.MILLISECONDS.sleep(PULSE.toMillis());
                }
            }
            ShimState end = box.state();
            if (end == null) {
                throw new IOException("the sandbox of the build of '%s' has left no state".formatted(name));
            }
            return end;
        } finally {
            if (!hasEnded) {
                kill(box);
            }
        }
    }

    /** Ends it, and waits until nothing of it is left that could write. */
    private static void kill(InstanceFolder box) throws InterruptedException {
        long end = System.nanoTime() + AFTER_KILL.toNanos();
        for (ShimState state = box.state(); state != null && !state.hasLeft(); state = box.state()) {
            state.shim().terminate();
            state.killProcess();
            if (System.nanoTime() > end) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PULSE.toMillis());
        }
    }

    private List<String> requirements(Path file, List<String> granted, String name) throws CannotBuild, IOException {
        List<String> more = new ArrayList<>();
        try {
            if (Files.size(file) <= LARGEST_DOCUMENT) {
                JSON.readTree(Files.readAllBytes(file)).forEach(each -> more.add(each.asString("")));
            }
        } catch (JacksonException damaged) {
            more.clear();
        }
        more.removeAll(granted);
        if (more.isEmpty() || more.size() > MOST_REQUIREMENTS) {
            throw refused(name, "it does not say what it requires to be built");
        }
        for (String each : more) {
            if (!REQUIREMENT.matcher(each).matches()
                    || ARCHIVE_NAME.matcher(each).matches()) {
                throw refused(
                        name,
                        "it requires '%s' to be built, expected the name of a package and versions".formatted(each));
            }
        }
        return more;
    }

    /** The only wheel there, if it is one of that package. */
    private static Path wheel(Path results, String archive) throws CannotBuild, IOException {
        List<Path> found;
        try (Stream<Path> files = Files.list(results)) {
            found = files.toList();
        }
        if (found.size() == 1) {
            String name = found.getFirst().getFileName().toString();
            String distribution = canonical(name.split("-", 2)[0]) + "-";
            if (WHEEL.matcher(name).matches() && canonical(archive).startsWith(distribution)) {
                return found.getFirst();
            }
        }
        throw refused(
                archive,
                "expected a wheel of it, found %s"
                        .formatted(found.stream().map(Path::getFileName).toList()));
    }

    private static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }

    private static CannotBuild refused(String archive, String reason) {
        return new CannotBuild(
                PipFailure.forGood("the source package '%s' can't be built: %s".formatted(archive, reason)));
    }

    /** The lines of a sandbox's log as they come. */
    private final class Printed {

        private static final int MOST_AT_ONCE = 1 << 20;

        private final Path file;
        private long position;
        private String rest = "";

        Printed(Path file) {
            this.file = file;
        }

        void tell() throws IOException {
            while (Files.exists(file) && tellSome()) {
                log.goesOn();
            }
        }

        /** Whether there may be more. */
        private boolean tellSome() throws IOException {
            byte[] bytes;
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
                // A full log is put aside by the shim.
                position = open.length() < position ? 0 : position;
                bytes = new byte[(int) Math.min(MOST_AT_ONCE, open.length() - position)];
                open.seek(position);
                open.readFully(bytes);
            }
            position += bytes.length;
            String[] lines = (rest + new String(bytes, StandardCharsets.UTF_8)).split("\n", -1);
            for (int line = 0; line < lines.length - 1; line++) {
                log.print(lines[line]);
            }
            rest = lines[lines.length - 1];
            if (rest.length() > MOST_AT_ONCE) {
                log.print(rest);
                rest = "";
            }
            return bytes.length == MOST_AT_ONCE;
        }
    }
}
