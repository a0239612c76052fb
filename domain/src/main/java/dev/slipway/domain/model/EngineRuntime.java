package dev.slipway.domain.model;

import dev.slipway.domain.environment.EnvironmentSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a runtime means today.
 *
 * @param name as clients and packages write it; empty for the default
 * @param meant what it was, for people; null if it promised no more than it still is
 * @param is what it is now, for people
 * @param environment what its models need
 */
public record EngineRuntime(String name, @Nullable String meant, String is, EnvironmentSpec environment) {

    /** What its user should know: what the name meant and what the model gets. Empty if these are the same. */
    public Optional<String> warning() {
        return meant == null
                ? Optional.empty()
                : Optional.of("runtime '%s' meant %s, which does not exist any more: the model runs on %s"
                        .formatted(name, meant, is));
    }
}
