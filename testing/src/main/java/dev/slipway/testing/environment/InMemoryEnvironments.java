package dev.slipway.testing.environment;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentDigest;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Unavailable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** {@link Environments} in memory: a build prints one line and takes no time. Safe for use by many threads. */
public final class InMemoryEnvironments implements Environments {

    private final Map<EnvironmentDigest, Environment> kept = new LinkedHashMap<>();
    private final Set<String> unknownPackages = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean available = true;

    /** From now on no environment with this package can be built. */
    public synchronized void forgetPackage(String each) {
        unknownPackages.add(each);
    }

    /** From now on nothing can be built, until it is called with true. What is kept can be had. */
    public synchronized void setAvailable(boolean value) {
        available = value;
    }

    /** From now on each environment is told to be odd. */
    public synchronized void warn(String text) {
        warnings.add(text);
    }

    @Override
    public synchronized Environment prepare(EnvironmentSpec spec, Wheels wheels, BuildEvents events) {
        Environment before = kept.get(spec.digest());
        if (before != null) {
            warnings.forEach(events::warned);
            events.reused(before);
            return before;
        }
        Stream.concat(spec.packages().stream(), spec.dependencies().stream())
                .filter(unknownPackages::contains)
                .findFirst()
                .ifPresent(each -> {
                    throw new Invalid(
                            ErrorCode.CONFIG_VIOLATES_SPECIFICATION,
                            "package '%s' does not exist: name another".formatted(each));
                });
        if (!available) {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "nothing can be built now: try again later");
        }
        events.begun(spec);
        events.printed("built in memory");
        Environment built = new Environment(
                spec.digest(), spec, "/memory/" + spec.interpreter(), "3.12.3", installed(spec), List.of());
        kept.put(spec.digest(), built);
        warnings.forEach(events::warned);
        events.built(built);
        return built;
    }

    /** As they are asked for. */
    private static List<String> installed(EnvironmentSpec spec) {
        return Stream.concat(spec.packages().stream(), spec.dependencies().stream())
                .toList();
    }

    @Override
    public synchronized List<Environment> all() {
        return List.copyOf(kept.values());
    }

    @Override
    public synchronized void remove(EnvironmentDigest environment) {
        kept.remove(environment);
    }
}
