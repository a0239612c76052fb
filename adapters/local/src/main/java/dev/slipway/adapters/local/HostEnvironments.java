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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The interpreter of this machine and what is installed there, as the only environment of every engine. Nothing is built; preparing it
 * means to find the program.
 */
final class HostEnvironments implements Environments {

    private static final String QUESTION = "import sys; print(sys.executable if sys.version_info >= (3, 9) else '')";

    private final String command;
    private final Map<String, Environment> kept = new TreeMap<>();

    /** @param command that starts the interpreter */
    HostEnvironments(String command) {
        this.command = command;
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
        Environment found = new Environment(spec, find());
        kept.put(spec.digest().value(), found);
        events.printed("found %s".formatted(found.interpreter()));
        events.built(found);
        return found;
    }

    /** The interpreter itself: the command in PATH may be a script that searches for it each time. */
    private String find() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command, "-I", "-S", "-c", QUESTION)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            if (process.waitFor() == 0 && !answer.isEmpty()) {
                return answer;
            }
        } catch (IOException notThere) {
            throw unavailable(
                    "'%s' can't be run: %s; install Python 3.9 or newer".formatted(command, notThere.getMessage()));
        }
        throw unavailable("'%s' is not Python 3.9 or newer; install one".formatted(command));
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
