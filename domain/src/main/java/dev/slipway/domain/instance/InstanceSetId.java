package dev.slipway.domain.instance;

/**
 * A set of equal instances. Made of business ids ({@code service-<uuid>-g<generation>-e<entry>} or {@code task-<taskId>}), fit for
 * a folder name and a Kubernetes object name: at most 63 of a-z, 0-9 and '-'.
 */
public record InstanceSetId(String value) {

    public InstanceSetId {
        if (!value.matches("[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")) {
            throw new IllegalArgumentException(
                    "instance set '%s': expected at most 63 of a-z, 0-9, '-'".formatted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
