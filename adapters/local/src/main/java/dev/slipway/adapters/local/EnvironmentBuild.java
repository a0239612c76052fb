package dev.slipway.adapters.local;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentDigest;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.runtime.PythonRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What has to be installed for a spec on this machine, and how. */
final class EnvironmentBuild {

    private final EnvironmentSpec spec;
    private final HostPython python;
    private final LocalSettings settings;
    private final PythonRuntime runtime;
    private final WheelCache cache;
    private final boolean prefersInstalled;
    private final List<String> packages = new ArrayList<>();
    private final List<String> constraints = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    EnvironmentBuild(
            EnvironmentSpec spec, HostPython python, LocalSettings settings, PythonRuntime runtime, WheelCache cache) {
        this.spec = spec;
        this.runtime = runtime;
        this.cache = cache;
        this.python = python;
        this.settings = settings;
        this.prefersInstalled = settings.pip().preferInstalled().contains(spec.engine());
        Set<String> installed = prefersInstalled ? python.installed().keySet() : Set.of();
        for (String each : spec.packages()) {
            String version = python.installed().get(HostPython.nameOf(each));
            if (!installed.contains(HostPython.nameOf(each))) {
                packages.add(each);
            } else if (version != null && tested(each).noneMatch(line -> isOfVersion(line, version))) {
                warnings.add("package '%s' is taken as it is installed for '%s', version %s; tested is '%s'"
                        .formatted(
                                HostPython.nameOf(each),
                                python.executable(),
                                version,
                                tested(each).collect(Collectors.joining("', '"))));
            }
        }
        spec.constraints().stream()
                .filter(each -> !installed.contains(HostPython.nameOf(each)))
                .forEach(constraints::add);
    }

    /** The lines of that package, each for some versions of Python. */
    private Stream<String> tested(String required) {
        return spec.packages().stream().filter(each -> HostPython.nameOf(each).equals(HostPython.nameOf(required)));
    }

    private static boolean isOfVersion(String required, String version) {
        return required.split(";", 2)[0].strip().endsWith("==" + version);
    }

    /** Nothing has to be installed: the interpreter itself will do. */
    boolean isEmpty() {
        return packages.isEmpty() && spec.dependencies().isEmpty();
    }

    List<String> warnings() {
        return warnings.stream().distinct().toList();
    }

    /** With all that decides about the result. */
    EnvironmentDigest digest() {
        List<String> machine = new ArrayList<>(List.of(python.real(), python.version(), python.platform()));
        if (prefersInstalled) {
            machine.add(python.executable());
            python.installed().forEach((name, version) -> machine.add(name + "==" + version));
        }
        return spec.digest(machine);
    }

    /** The interpreter itself as the environment. */
    Environment bare() {
        return new Environment(digest(), spec, python.executable(), python.version(), List.of(), List.of());
    }

    /**
     * Builds it in that folder.
     *
     * @throws Invalid if pip refuses it; {@link Unavailable} if it cannot be had now
     */
    Environment into(EnvironmentFolder folder, Wheels wheels, BuildEvents events)
            throws IOException, InterruptedException {
        String pip = python.pip();
        if (pip == null) {
            throw new Unavailable(
                    ErrorCode.UNAVAILABLE,
                    "'%s' has no pip of version 22.3 or newer to install %s with: install it, for example by 'apt-get install python3-pip', or name another interpreter in slipway.yml: engines.%s.python"
                            .formatted(python.executable(), asked(), spec.engine()));
        }
        BuildLog log = new BuildLog(events, settings.pip().limit());
        Path scratch = Files.createTempDirectory(folder.path().getParent(), ".build-");
        try {
            WheelFolder own = WheelFolder.in(scratch);
            own.copy(spec.wheels(), wheels);
            PipRun run = new PipRun(settings.pip(), cache.folder(), log);
            PipInstallation installation = new PipInstallation(python, pip, runtime.pip(), run, scratch, own, log);
            SourceBuild sources = new SourceBuild(python, settings, runtime, installation, scratch, log);
            List<String> held = new ArrayList<>(constraints);
            held.addAll(spec.preferences());
            PipFailure failure = install(installation, sources, folder, held);
            if (failure != null && !failure.isOutage() && !spec.preferences().isEmpty()) {
                log.print("without the preference for " + String.join(", ", spec.preferences()));
                failure = install(installation, sources, folder, constraints);
                if (failure == null) {
                    warnings.add(
                            "not all of %s could be had, so later versions were taken, which may answer differently: write EXACT versions that you have tested"
                                    .formatted(spec.preferences()));
                }
            }
            if (failure != null) {
                folder.delete();
                throw refusal(failure);
            }
            folder.letAllRead();
            Environment built = new Environment(
                    digest(),
                    spec,
                    folder.interpreter().toString(),
                    python.version(),
                    folder.installed(python),
                    prefersInstalled ? python.folders() : List.of());
            List<String> lines = new ArrayList<>(log.lines());
            warnings().forEach(each -> lines.add(LocalEnvironments.WARNING + each));
            folder.finish(built, lines);
            return built;
        } finally {
            new InstanceFolder(scratch).delete();
            cache.shrinkTo(settings.pip().cacheBytes());
        }
    }

    private @Nullable PipFailure install(
            PipInstallation installation, SourceBuild sources, EnvironmentFolder folder, List<String> held)
            throws IOException, InterruptedException {
        folder.begin(python, prefersInstalled);
        PipInstallation.Request request = new PipInstallation.Request(
                folder,
                prefersInstalled ? python.folders() : List.of(),
                Stream.concat(packages.stream(), spec.dependencies().stream()).toList(),
                held);
        return settings.pip().sources().built()
                ? installation.install(request, sources)
                : installation.installOrTellOfSources(request);
    }

    private Problem refusal(PipFailure failure) {
        String reason = failure.reason();
        if (failure.isOutage()) {
            return new Unavailable(
                    ErrorCode.UNAVAILABLE, "the packages %s can't be installed now: %s".formatted(asked(), reason));
        }
        return new Invalid(ErrorCode.CONFIG_VIOLATES_SPECIFICATION, "dependencies", reason);
    }

    /** For people: what the model asks for, else what its engine needs. */
    private String asked() {
        return (spec.dependencies().isEmpty() ? spec.packages() : spec.dependencies())
                .stream().map("'%s'"::formatted).collect(Collectors.joining(", "));
    }
}
