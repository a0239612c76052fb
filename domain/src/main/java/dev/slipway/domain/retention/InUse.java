package dev.slipway.domain.retention;

import dev.slipway.domain.environment.EnvironmentDigest;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceSetId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rows refer to at one moment. To remove files, list them first and read this afterwards, so that a file created in between is not
 * taken for an unused one.
 *
 * @param images of models, of desired instance sets and of batch tasks that have not ended
 * @param deployed those of {@code images} that instance sets and tasks name: what is fetched for a deployment is kept for these
 * @param builtSince images built from then on may belong to an import that has not written their digest yet; null if no import runs
 * @param sets desired instance sets
 * @param environments of models
 */
public record InUse(
        Set<ImageDigest> images,
        Set<ImageDigest> deployed,
        @Nullable Instant builtSince,
        Set<InstanceSetId> sets,
        Set<EnvironmentDigest> environments) {

    /** All images deployed, without environments. */
    public InUse(Set<ImageDigest> images, @Nullable Instant builtSince, Set<InstanceSetId> sets) {
        this(images, images, builtSince, sets, Set.of());
    }

    public InUse {
        environments = Set.copyOf(environments);
        images = Set.copyOf(images);
        deployed = Set.copyOf(deployed);
        sets = Set.copyOf(sets);
    }

    /** Whether something written at that time may belong to a running import. */
    public boolean mayBeOfAnImport(Instant written) {
        return builtSince != null && !written.isBefore(builtSince);
    }
}
