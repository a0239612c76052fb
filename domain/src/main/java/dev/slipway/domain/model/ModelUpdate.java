package dev.slipway.domain.model;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A change that a user asks for.
 *
 * @param change of what was asked for, with everything that is sent
 * @param dependencies those that are sent; null if they stay
 */
public record ModelUpdate(
        UnaryOperator<ModelSpec> change, @Nullable List<Dependency> dependencies) {

    public ModelUpdate {
        dependencies = dependencies == null ? null : List.copyOf(dependencies);
    }

    /** One that leaves the dependencies as they are. */
    public static ModelUpdate of(UnaryOperator<ModelSpec> change) {
        return new ModelUpdate(change, null);
    }
}
