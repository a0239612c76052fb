package dev.slipway.domain.environment;

/**
 * An environment that is ready for use.
 *
 * @param interpreter the program to start, as found by the cluster that runs it
 */
public record Environment(EnvironmentSpec spec, String interpreter) {

    public EnvironmentDigest digest() {
        return spec.digest();
    }
}
