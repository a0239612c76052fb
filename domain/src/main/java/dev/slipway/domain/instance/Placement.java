package dev.slipway.domain.instance;

import dev.slipway.domain.access.ProjectId;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the instances of a set run, and to whom they belong.
 *
 * @param pool whose nodes they run on; null in older rows, which means any
 * @param project that owns them; null in older rows
 * @param labels for tools and people, valid in Kubernetes: name and value of at most 63 letters, digits, '-', '_', '.'; the name may have a
 *     domain and a '/' before it
 */
public record Placement(@Nullable String pool, @Nullable ProjectId project, Map<String, String> labels) {

    /** The label that names the service. */
    public static final String SERVICE = "slipway.dev/service";

    /** The label that names the model. */
    public static final String MODEL = "slipway.dev/model";

    /** The label that names the task of a batch service. */
    public static final String TASK = "slipway.dev/task";

    /** For rows without a placement. */
    public static final Placement ANYWHERE = new Placement(null, null, Map.of());

    private static final String WORD = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
    private static final String NAME = "([a-z0-9.-]{1,253}/)?" + WORD;

    public Placement {
        labels = Map.copyOf(Objects.requireNonNullElse(labels, Map.of()));
        labels.forEach(Placement::validate);
    }

    private static void validate(String name, String value) {
        if (!name.matches(NAME) || !value.matches(WORD)) {
            throw new IllegalArgumentException(
                    "label '%s=%s': expected name and value of at most 63 letters, digits, '-', '_', '.'"
                            .formatted(name, value));
        }
    }
}
