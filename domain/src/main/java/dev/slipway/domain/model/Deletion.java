package dev.slipway.domain.model;

import dev.slipway.domain.problem.Conflict;
import java.util.List;

/** What became of a request to delete models: one by one, some may go and others stay. */
public record Deletion(List<ModelId> deleted, List<Refused> refused) {

    public Deletion {
        deleted = List.copyOf(deleted);
        refused = List.copyOf(refused);
    }

    /** A model that stays, and why. */
    public record Refused(ModelId id, Conflict because) {}
}
