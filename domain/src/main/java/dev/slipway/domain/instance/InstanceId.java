package dev.slipway.domain.instance;

import java.util.Optional;

/**
 * An instance: its set, its ordinal in the set and its incarnation (a restart after a crash makes another instance): {@code
 * <set>-<ordinal>-<incarnation>}.
 */
public record InstanceId(InstanceSetId set, int ordinal, int incarnation) {

    public InstanceId {
        if (ordinal < 0 || incarnation < 1) {
            throw new IllegalArgumentException("instance %s-%d-%d: expected ordinal >= 0 and incarnation >= 1"
                    .formatted(set, ordinal, incarnation));
        }
    }

    public static InstanceId parse(String text) {
        int last = text.lastIndexOf('-');
        int middle = text.lastIndexOf('-', last - 1);
        if (middle < 1) {
            throw new IllegalArgumentException("instance '%s': expected <set>-<ordinal>-<incarnation>".formatted(text));
        }
        return new InstanceId(
                new InstanceSetId(text.substring(0, middle)),
                Integer.parseInt(text.substring(middle + 1, last)),
                Integer.parseInt(text.substring(last + 1)));
    }

    /** The id; empty for any other text. */
    public static Optional<InstanceId> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return set + "-" + ordinal + "-" + incarnation;
    }
}
