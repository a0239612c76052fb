package dev.slipway.adapters.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Installs packages by pip for one build. */
final class PipInstallation {

    private static final String ONLY_WHEELS = "--only-binary=:all:";
    /** A source package only where no wheel will do. */
    private static final String PREFER_WHEELS = "--prefer-binary";
    /** As the script has it. */
    private static final int SOURCES = 86;

    private static final String SOURCES_LINE = "slipway: sources ";

    private final HostPython python;
    private final String pip;
    private final Path script;
    private final Path scratch;
    private final WheelFolder wheels;
    private final BuildLog log;
    private final PipRun run;

    /**
     * @param pip what starts it
     * @param script of the runtime that runs it
     * @param scratch an existing folder of the build
     * @param wheels in which pip looks beside the index
     */
    PipInstallation(
            HostPython python, String pip, Path script, PipRun run, Path scratch, WheelFolder wheels, BuildLog log) {
        this.python = python;
        this.pip = pip;
        this.script = script;
        this.scratch = scratch;
        this.wheels = wheels;
        this.log = log;
        this.run = run;
    }

    /**
     * What is installed where.
     *
     * @param folders packages in these count as installed
     * @param requirements in the order in which they are preferred
     */
    record Request(EnvironmentFolder into, List<String> folders, List<String> requirements, List<String> constraints) {}

    /** Installs wheels only. The failure; null if there is none. */
    @Nullable
    PipFailure install(Request request) throws IOException, InterruptedException {
        return run(request, ONLY_WHEELS, null).failure();
    }

    /** The same, told why source packages are refused where there is nothing else. */
    @Nullable
    PipFailure installOrTellOfSources(Request request) throws IOException, InterruptedException {
        int before = log.lines().size();
        PipFailure failure = install(request);
        if (failure == null || failure.missing() == null) {
            return failure;
        }
        log.print("is it published as sources?");
        String name = run(request, PREFER_WHEELS, null).sources();
        if (name == null) {
            // With what it now says of versions for other Pythons.
            return PipFailure.of(log.lines().subList(before, log.lines().size()), where());
        }
        return PipFailure.forGood(
                "%s; in the index are sources of it ('%s'), and 'build.source-packages' in slipway.yml is false: set it to true to have them built"
                        .formatted(failure.reason(), name));
    }

    private String where() {
        return "Python %s on %s".formatted(python.version(), python.platform());
    }

    /** Installs wheels, and builds those of which there are only sources. */
    @Nullable
    PipFailure install(Request request, SourceBuild build) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(scratch.resolve("sources"));
        Set<String> built = new HashSet<>();
        try {
            while (true) {
                End end = run(request, PREFER_WHEELS, folder);
                String name = end.sources();
                if (name == null) {
                    return end.failure();
                }
                Path archive = folder.resolve(name);
                if (!Files.isRegularFile(archive) || !built.add(name)) {
                    return PipFailure.forGood(
                            Files.isRegularFile(archive)
                                    ? "the wheel that was built from '%s' is not what pip asked for".formatted(name)
                                    : "'%s' is asked for by its address, expected a name".formatted(name));
                }
                try {
                    wheels.move(build.build(archive));
                } catch (SourceBuild.CannotBuild reason) {
                    return reason.failure();
                }
                Files.delete(archive);
            }
        } finally {
            new InstanceFolder(folder).delete();
        }
    }

    /**
     * How pip has ended.
     *
     * @param failure null if all is installed, or pip came upon sources
     * @param sources the name of their file; null if it came upon none
     */
    private record End(
            @Nullable PipFailure failure, @Nullable String sources) {}

    private End run(Request request, String kinds, @Nullable Path sources) throws IOException, InterruptedException {
        Path constraints = scratch.resolve("constraints.txt");
        Files.write(constraints, request.constraints(), StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(List.of(
                python.real(),
                "-I",
                "-S",
                script.toString(),
                pip,
                request.into().path().toString()));
        words.addAll(request.folders());
        words.addAll(List.of(
                "--",
                "install",
                "--no-input",
                "--disable-pip-version-check",
                "--no-cache-dir",
                "--no-warn-script-location",
                "--progress-bar=off",
                kinds,
                "--retries=2",
                "--timeout=20",
                "--constraint",
                constraints.toString(),
                "--find-links",
                wheels.path().toString(),
                "--"));
        for (String each : request.requirements()) {
            words.add(each.endsWith(".whl") ? wheels.path().resolve(each).toString() : each);
        }
        int before = log.lines().size();
        Integer code = run.run(words, scratch, sources);
        if (code == null) {
            return new End(log.tooLong("pip"), null);
        }
        List<String> printed = log.lines().subList(before, log.lines().size());
        if (code == SOURCES) {
            return new End(null, printed.getLast().substring(SOURCES_LINE.length()));
        }
        return new End(code == 0 ? null : PipFailure.of(printed, where()), null);
    }
}
