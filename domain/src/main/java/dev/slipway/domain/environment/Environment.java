package dev.slipway.domain.environment;

/**
 * An environment that is ready for use.
 *
 * @param interpreter the program to start, as found by the cluster that runs it
 * @param version of the interpreter, for example 3.12.3
 */
public record Environment(EnvironmentSpec spec, String interpreter, String version) {

    /** For people. */
    public String words() {
        return "Python %s at %s".formatted(version, interpreter);
    }

    public EnvironmentDigest digest() {
        return spec.digest();
    }
}
