package dev.slipway.domain.model;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.Arrays;
import java.util.Comparator;

/** The version of a model: three numbers from 0 to 99, written without leading zeros, as in {@code 0.0.1}. Ordered by the numbers. */
public record ModelVersion(int major, int minor, int patch) implements Comparable<ModelVersion> {

    /** That of a model which is sent without one. */
    public static final ModelVersion FIRST = new ModelVersion(0, 0, 1);

    private static final int LARGEST = 99;

    public ModelVersion {
        if (Math.min(major, Math.min(minor, patch)) < 0 || Math.max(major, Math.max(minor, patch)) > LARGEST) {
            throw new IllegalArgumentException(
                    "version %d.%d.%d: expected numbers from 0 to %d".formatted(major, minor, patch, LARGEST));
        }
    }

    /** @throws Invalid PARAMETER if the text has another form */
    public static ModelVersion parse(String text) {
        if (!ModelSpec.isVersion(text)) {
            throw new Invalid(ErrorCode.PARAMETER, "model version '%s': %s".formatted(text, ModelSpec.VERSION_RULE));
        }
        int[] numbers =
                Arrays.stream(text.split("[.]", -1)).mapToInt(Integer::parseInt).toArray();
        return new ModelVersion(numbers[0], numbers[1], numbers[2]);
    }

    /**
     * The one after it.
     *
     * @throws Invalid PARAMETER after 99.99.99
     */
    public ModelVersion next() {
        if (patch < LARGEST) {
            return new ModelVersion(major, minor, patch + 1);
        }
        if (minor < LARGEST) {
            return new ModelVersion(major, minor + 1, 0);
        }
        if (major < LARGEST) {
            return new ModelVersion(major + 1, 0, 0);
        }
        throw new Invalid(
                ErrorCode.PARAMETER,
                "model version '%s' is the last one there can be: name a free version".formatted(this));
    }

    @Override
    public int compareTo(ModelVersion other) {
        return Comparator.comparingInt(ModelVersion::major)
                .thenComparingInt(ModelVersion::minor)
                .thenComparingInt(ModelVersion::patch)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return "%d.%d.%d".formatted(major, minor, patch);
    }
}
