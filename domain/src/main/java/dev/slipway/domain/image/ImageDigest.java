package dev.slipway.domain.image;

/** The digest of an OCI image manifest: {@code sha256:} and 64 hexadecimal digits. */
public record ImageDigest(String value) {

    public ImageDigest {
        if (!value.matches("sha256:[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "image digest '%s': expected sha256: and 64 hexadecimal digits".formatted(value));
        }
    }

    /** The digits alone. */
    public String hex() {
        return value.substring("sha256:".length());
    }

    @Override
    public String toString() {
        return value;
    }
}
