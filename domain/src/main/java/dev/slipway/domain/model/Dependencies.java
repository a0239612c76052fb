package dev.slipway.domain.model;

import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packages that a model asks for, in its order. Where one is named twice, the later place holds.
 *
 * <p>{@code ATLEAST} is not the newest: the tested version of the runtime if it is enough, else the newest before the next incompatible
 * release, and only if there is none a later one.
 */
public record Dependencies(List<Dependency> all) {

    private static final Pattern PINNED = Pattern.compile("([^=;\\s]+)==([^;\\s]+).*");

    public Dependencies {
        all = List.copyOf(all);
    }

    /**
     * What a model with these needs.
     *
     * @param runtime what its engine needs
     * @param wheels of its package: SHA-256 by file name
     * @throws Invalid if one is a wheel that the package does not have
     */
    public EnvironmentSpec on(EnvironmentSpec runtime, Map<String, String> wheels) {
        Map<String, Dependency> last = new LinkedHashMap<>();
        for (Dependency each : all) {
            if (each.isWheel() && !wheels.containsKey(each.name())) {
                throw new Invalid(
                        ErrorCode.CONFIG_VIOLATES_SPECIFICATION,
                        "dependencies",
                        "wheel '%s' of the dependencies is not in the package, expected it beside config.json, found %s: upload it there"
                                .formatted(each.name(), wheels.isEmpty() ? "no wheel" : wheels.keySet()));
            }
            last.remove(each.canonicalName());
            last.put(each.canonicalName(), each);
        }
        if (last.isEmpty()) {
            return runtime;
        }
        List<String> packages = keep(runtime.packages(), last);
        List<String> constraints = keep(runtime.constraints(), last);
        List<String> preferences = new ArrayList<>();
        for (Dependency each : last.values()) {
            if (each.restraint() == Dependency.Restraint.ATLEAST
                    && isNotPinned(each, packages)
                    && isNotPinned(each, constraints)) {
                preferences.add(
                        "%s<%s".formatted(each.canonicalName(), Versions.nextMajor(String.valueOf(each.version()))));
            }
        }
        return new EnvironmentSpec(
                runtime.engine(),
                runtime.interpreter(),
                packages,
                constraints,
                last.values().stream().map(Dependency::requirement).toList(),
                preferences,
                wheels);
    }

    /** The lines without those that a dependency does not allow. */
    private static List<String> keep(List<String> lines, Map<String, Dependency> asked) {
        Predicate<String> allowed = line -> {
            Matcher pinned = PINNED.matcher(line);
            if (!pinned.matches()) {
                return true;
            }
            Dependency dependency = asked.get(Dependency.canonical(pinned.group(1)));
            return dependency == null || (!dependency.isWheel() && dependency.allows(pinned.group(2)));
        };
        return lines.stream().filter(allowed).toList();
    }

    private static boolean isNotPinned(Dependency dependency, List<String> lines) {
        return lines.stream().noneMatch(line -> Dependency.canonical(line).equals(dependency.canonicalName()));
    }
}
