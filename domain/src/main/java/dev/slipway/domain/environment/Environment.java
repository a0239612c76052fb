package dev.slipway.domain.environment;

/**
 * An environment that is ready for use.
 *
 * @param interpreter the program to start, as the place that runs it finds it
 */
public record Environment(EnvironmentSpec spec, String interpreter) {

    public EnvironmentDigest digest() {
        return spec.digest();
    }
}
