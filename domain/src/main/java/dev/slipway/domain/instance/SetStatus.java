package dev.slipway.domain.instance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a set stands.
 *
 * @param wanted instances asked for
 * @param instances all that live, and of those that exited the last of each ordinal
 * @param failure why the set cannot become ready and never will by itself (exit code 3, three exits before the first readiness, no such
 *     image), in words for its user; null otherwise
 */
public record SetStatus(
        InstanceSetId id,
        int wanted,
        List<Instance> instances,
        @Nullable String failure) {

    public SetStatus {
        instances = List.copyOf(instances);
    }

    /** How many of its instances are ready. */
    public int ready() {
        return (int) instances.stream()
                .filter(instance -> instance.state() == InstanceState.READY)
                .count();
    }

    /** How many of its instances have not ended. */
    public int living() {
        return (int) instances.stream()
                .filter(instance -> instance.state() != InstanceState.EXITED)
                .count();
    }

    /** The same with another count asked for. */
    public SetStatus withWanted(int count) {
        return new SetStatus(id, count, instances, failure);
    }
}
