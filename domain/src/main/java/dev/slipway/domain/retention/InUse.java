package dev.slipway.domain.retention;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceSetId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rows name at one moment. Whoever removes files lists them first and asks for this afterwards, so that a file that was made
 * between the two is not taken for one that nobody names.
 *
 * @param images of models, of desired instance sets and of batch tasks that have not ended
 * @param builtSince images built from then on may belong to an import that has not written their name yet; null if no model is imported
 * @param sets desired instance sets
 */
public record InUse(Set<ImageDigest> images, @Nullable Instant builtSince, Set<InstanceSetId> sets) {

    public InUse {
        images = Set.copyOf(images);
        sets = Set.copyOf(sets);
    }

    /** Whether what was written then may belong to an import that is under way. */
    public boolean mayBeOfAnImport(Instant written) {
        return builtSince != null && !written.isBefore(builtSince);
    }
}
