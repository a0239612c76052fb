package dev.slipway.domain.environment;

import java.util.List;

/**
 * An environment that is ready for use.
 *
 * @param digest of the spec and of what else decided about the result, such as the interpreter's version and the platform
 * @param interpreter the program to start, as found by the cluster that runs it
 * @param version of the interpreter, for example 3.12.3
 * @param packages what was installed for it, as {@code name==version}, by name; empty if nothing was
 * @param folders that the interpreter reads beside its own
 */
public record Environment(
        EnvironmentDigest digest,
        EnvironmentSpec spec,
        String interpreter,
        String version,
        List<String> packages,
        List<String> folders) {

    public Environment {
        packages = List.copyOf(packages);
        folders = List.copyOf(folders);
    }

    /** For people. */
    public String words() {
        return "Python %s at %s".formatted(version, interpreter);
    }
}
