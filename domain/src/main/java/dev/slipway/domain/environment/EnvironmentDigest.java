package dev.slipway.domain.environment;

/** Names an environment by its spec: {@code sha256:} and 64 hexadecimal digits. Equal specs have equal digests. */
public record EnvironmentDigest(String value) {

    public EnvironmentDigest {
        if (!value.matches("sha256:[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "environment digest '%s': expected sha256: and 64 hexadecimal digits".formatted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
