package dev.slipway.domain.model;

import dev.slipway.domain.problem.Conflict;
import java.util.List;

/** The result of a request to delete models; each model is deleted or refused on its own. */
public record Deletion(List<ModelId> deleted, List<Refused> refused) {

    public Deletion {
        deleted = List.copyOf(deleted);
        refused = List.copyOf(refused);
    }

    /** A model that was not deleted, and why. */
    public record Refused(ModelId id, Conflict because) {}
}
