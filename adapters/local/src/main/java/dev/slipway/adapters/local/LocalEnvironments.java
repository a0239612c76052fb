package dev.slipway.adapters.local;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentDigest;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.runtime.PythonRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The environments of this machine: the interpreter that the settings name for an engine where nothing has to be installed, else a virtual
 * environment below the folder, which pip has filled once. Safe beside other processes that use the same folder.
 */
public final class LocalEnvironments implements Environments {

    /** Before the warnings among the lines of a log. */
    static final String WARNING = "warning: ";

    private final LocalSettings settings;
    private final Path folder;
    private final Path runtime;
    private final WheelCache cache;
    private final ConcurrentHashMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    /** By the digest of their specs. */
    private final Map<String, Environment> known = new TreeMap<>();

    /**
     * @param settings which name the interpreter of each engine
     * @param home folder of the installation on this machine
     */
    public LocalEnvironments(LocalSettings settings, Path home) {
        this.settings = settings;
        this.folder = home.toAbsolutePath().resolve("environments");
        this.runtime = home.toAbsolutePath().resolve("runtime");
        this.cache = new WheelCache(home.toAbsolutePath().resolve("wheels"), Clock.systemUTC());
    }

    @Override
    public Environment prepare(EnvironmentSpec spec, Wheels wheels, BuildEvents events) throws InterruptedException {
        if (!spec.interpreter().equals(Engines.PYTHON)) {
            throw new Invalid(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "interpreter '%s' is not on this machine, expected '%s'"
                            .formatted(spec.interpreter(), Engines.PYTHON));
        }
        ReentrantLock lock = locks.computeIfAbsent(spec.digest().value(), digest -> new ReentrantLock());
        while (!lock.tryLock(1, TimeUnit.SECONDS)) {
            events.goesOn();
        }
        try {
            return prepareAlone(spec, wheels, events);
        } catch (IOException failure) {
            throw new UncheckedIOException("an environment can't be built in '%s'".formatted(folder), failure);
        } finally {
            lock.unlock();
        }
    }

    private Environment prepareAlone(EnvironmentSpec spec, Wheels wheels, BuildEvents events)
            throws IOException, InterruptedException {
        Environment before = usable(spec);
        if (before != null) {
            if (isBuilt(before)) {
                tellLog(EnvironmentFolder.of(folder, before.digest()), events);
            }
            events.reused(before);
            return before;
        }
        HostPython python = python(spec);
        EnvironmentBuild build = new EnvironmentBuild(spec, python, settings, PythonRuntime.unpackInto(runtime), cache);
        Environment prepared;
        if (build.isEmpty()) {
            events.begun(spec);
            prepared = build.bare();
            events.printed("found %s".formatted(prepared.words()));
            build.warnings().forEach(events::warned);
            events.built(prepared);
        } else {
            EnvironmentFolder place = EnvironmentFolder.of(folder, build.digest());
            prepared = place.alone(events, () -> builtOrFound(place, build, spec, wheels, events));
        }
        synchronized (known) {
            known.put(spec.digest().value(), prepared);
        }
        return prepared;
    }

    private static Environment builtOrFound(
            EnvironmentFolder place, EnvironmentBuild build, EnvironmentSpec spec, Wheels wheels, BuildEvents events)
            throws IOException, InterruptedException {
        Optional<Environment> kept = place.read();
        if (kept.isPresent() && place.isUsedNow()) {
            tellLog(place, events);
            events.reused(kept.get());
            return kept.get();
        }
        events.begun(spec);
        Environment built = build.into(place, wheels, events);
        build.warnings().forEach(events::warned);
        events.built(built);
        return built;
    }

    /** What was prepared before and is still there; null if there is none. */
    private @Nullable Environment usable(EnvironmentSpec spec) {
        Environment before;
        synchronized (known) {
            before = known.get(spec.digest().value());
        }
        if (before == null || !isBuilt(before)) {
            return before;
        }
        return EnvironmentFolder.of(folder, before.digest()).isUsedNow() ? before : null;
    }

    private boolean isBuilt(Environment environment) {
        return Path.of(environment.interpreter()).startsWith(folder);
    }

    /** What its build has told. */
    private static void tellLog(EnvironmentFolder place, BuildEvents events) {
        for (String line : place.log()) {
            if (line.startsWith(WARNING)) {
                events.warned(line.substring(WARNING.length()));
            } else {
                events.printed(line);
            }
        }
    }

    private HostPython python(EnvironmentSpec spec) throws InterruptedException {
        try {
            return HostPython.of(settings.pythonOf(spec.engine()));
        } catch (IOException failure) {
            throw new Unavailable(
                    ErrorCode.UNAVAILABLE,
                    "%s; install Python 3.9 or newer, or name another in slipway.yml: engines.<name>.python"
                            .formatted(failure.getMessage()));
        }
    }

    @Override
    public List<Environment> all() {
        Map<String, Environment> all = new TreeMap<>();
        synchronized (known) {
            known.values().stream()
                    .filter(each -> !isBuilt(each))
                    .forEach(each -> all.put(each.digest().value(), each));
        }
        for (InstanceFolder each : LocalInstances.list(folder)) {
            new EnvironmentFolder(each.path())
                    .read()
                    .ifPresent(kept -> all.put(kept.digest().value(), kept));
        }
        return List.copyOf(all.values());
    }

    /** Forgets where an interpreter is, or deletes what was installed; the interpreter itself belongs to the machine and stays. */
    @Override
    public void remove(EnvironmentDigest environment) {
        synchronized (known) {
            known.values().removeIf(each -> each.digest().equals(environment));
        }
        EnvironmentFolder place = EnvironmentFolder.of(folder, environment);
        try {
            place.delete();
        } catch (IOException failure) {
            throw new UncheckedIOException("the environment '%s' can't be removed".formatted(place.path()), failure);
        }
    }
}
