package dev.slipway.domain.rollout;

import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges the health of the new version. It uses no clock and no network: equal input gives an equal verdict. */
public final class Judge {

    private Judge() {}

    /**
     * Judges the sets of the new version.
     *
     * @param proven instances that were ready; the end of one is a crash, unless we stopped it
     */
    public static Verdict judge(Set<InstanceId> proven, List<SetStatus> sets) {
        for (SetStatus set : sets) {
            String failure = set.failure();
            if (failure != null) {
                return new Verdict.Bad("%s: %s".formatted(set.id(), failure));
            }
        }
        for (SetStatus set : sets) {
            for (Instance instance : set.instances()) {
                if (instance.hasCrashed() && proven.contains(instance.id())) {
                    return new Verdict.Bad(
                            "instance %s ended after it was ready: %s".formatted(instance.id(), end(instance)));
                }
            }
        }
        List<InstanceId> ready = new ArrayList<>();
        int wanted = 0;
        for (SetStatus set : sets) {
            wanted += set.wanted();
            set.instances().stream()
                    .filter(instance -> instance.state() == InstanceState.READY)
                    .map(Instance::id)
                    .forEach(ready::add);
        }
        boolean steady = new HashSet<>(ready).containsAll(proven);
        return ready.size() >= wanted && steady ? new Verdict.Healthy(ready) : new Verdict.Unready(ready, wanted);
    }

    private static String end(Instance instance) {
        String cause = instance.cause();
        if (cause != null) {
            return cause;
        }
        return instance.exitCode() == null ? "it was killed" : "exit code " + instance.exitCode();
    }
}
