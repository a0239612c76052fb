package dev.slipway.domain.instance;

import dev.slipway.domain.problem.ForeignText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The observed state of a set.
 *
 * @param wanted instances asked for
 * @param instances all running ones, and the last exited one of each ordinal
 * @param failure why the set can never become ready by itself (exit code 3, three exits before the first readiness, no such image), for its
 *     user; null otherwise
 * @param outage what does not answer, so that an instance cannot be started for now, for its user; null otherwise, and in older rows
 */
public record SetStatus(
        InstanceSetId id,
        int wanted,
        List<Instance> instances,
        @Nullable String failure,
        @Nullable String outage) {

    public SetStatus {
        instances = List.copyOf(instances);
        failure = failure == null ? null : ForeignText.plain(failure);
        outage = outage == null ? null : ForeignText.plain(outage);
    }

    /** One without an outage. */
    public SetStatus(InstanceSetId id, int wanted, List<Instance> instances, @Nullable String failure) {
        this(id, wanted, instances, failure, null);
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

    /** The warnings of its instances, each text once. */
    public List<String> warnings() {
        return instances.stream()
                .flatMap(instance -> instance.warnings().stream())
                .distinct()
                .toList();
    }

    /** The same with another count asked for. */
    public SetStatus withWanted(int count) {
        return new SetStatus(id, count, instances, failure, outage);
    }
}
