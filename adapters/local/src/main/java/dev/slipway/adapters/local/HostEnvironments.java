package dev.slipway.adapters.local;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentDigest;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Unavailable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The interpreters of this machine that the settings name, and what is installed there, as the only environment of each engine. Nothing is
 * built; preparing it means to find the program.
 */
public final class HostEnvironments implements Environments {

    private final LocalSettings settings;
    private final Map<String, Environment> kept = new TreeMap<>();

    /** @param settings which name the interpreter of each engine */
    public HostEnvironments(LocalSettings settings) {
        this.settings = settings;
    }

    @Override
    public synchronized Environment prepare(EnvironmentSpec spec, BuildEvents events) throws InterruptedException {
        Environment before = kept.get(spec.digest().value());
        if (before != null) {
            events.reused(before);
            return before;
        }
        if (!spec.packages().isEmpty()) {
            throw new Invalid(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "package '%s' can't be installed on this machine's own system: remove it from the dependencies"
                            .formatted(spec.packages().getFirst()));
        }
        if (!spec.interpreter().equals(Engines.PYTHON)) {
            throw new Invalid(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "interpreter '%s' is not on this machine, expected '%s'"
                            .formatted(spec.interpreter(), Engines.PYTHON));
        }
        events.begun(spec);
        PythonInterpreter python = find(settings.pythonOf(spec.engine()));
        Environment found = new Environment(spec, python.executable(), python.version());
        kept.put(spec.digest().value(), found);
        events.printed("found %s".formatted(found.words()));
        events.built(found);
        return found;
    }

    private static PythonInterpreter find(String command) throws InterruptedException {
        try {
            return PythonInterpreter.of(command);
        } catch (IOException failure) {
            throw unavailable("%s; install Python 3.9 or newer, or name another in slipway.yml: engines.<name>.python"
                    .formatted(failure.getMessage()));
        }
    }

    private static Unavailable unavailable(String message) {
        return new Unavailable(ErrorCode.UNAVAILABLE, message);
    }

    @Override
    public synchronized List<Environment> all() {
        return List.copyOf(kept.values());
    }

    /** Forgets where the interpreter is; the program itself belongs to the machine and stays. */
    @Override
    public synchronized void remove(EnvironmentDigest environment) {
        kept.remove(environment.value());
    }
}
