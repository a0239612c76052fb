package dev.slipway.domain.wait;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.rollout.Judge;
import dev.slipway.domain.rollout.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A condition that a workflow can wait for. It depends on observed state, and once it holds it stays so until the workflow acts. */
public sealed interface WaitCondition {

    /** A condition on instances. */
    sealed interface OfInstances extends WaitCondition {

        /** The sets that it depends on. */
        Set<InstanceSetId> sets();

        /** Whether it holds for these rows. */
        boolean holds(Rows rows);
    }

    /** Looks up the rows of instance sets. */
    @FunctionalInterface
    interface Rows {

        /** The row; null if there is no such set. */
        @Nullable
        Row find(InstanceSetId set);

        /** The observed state of the set; empty if there is no such set. */
        default SetStatus observed(InstanceSetId set) {
            Row row = find(set);
            return row == null ? new SetStatus(set, 0, List.of(), null) : row.observed();
        }
    }

    /**
     * New instances are all ready, or can never be.
     *
     * @param wanted instances of each set
     * @param proven instances that were ready before
     */
    record Judged(Map<InstanceSetId, Integer> wanted, Set<InstanceId> proven) implements OfInstances {

        public Judged {
            wanted = Map.copyOf(wanted);
            proven = Set.copyOf(proven);
        }

        @Override
        public Set<InstanceSetId> sets() {
            return wanted.keySet();
        }

        @Override
        public boolean holds(Rows rows) {
            return !(verdict(wanted, proven, rows) instanceof Verdict.Unready);
        }
    }

    /** New instances that were healthy no longer are. Parameters as in {@link Judged}. */
    record Unhealthy(Map<InstanceSetId, Integer> wanted, Set<InstanceId> proven) implements OfInstances {

        public Unhealthy {
            wanted = Map.copyOf(wanted);
            proven = Set.copyOf(proven);
        }

        @Override
        public Set<InstanceSetId> sets() {
            return wanted.keySet();
        }

        @Override
        public boolean holds(Rows rows) {
            return !(verdict(wanted, proven, rows) instanceof Verdict.Healthy);
        }
    }

    /**
     * Each set has at least this many ready instances.
     *
     * @param orFailed whether it also holds once a set can never become ready
     */
    record Ready(Map<InstanceSetId, Integer> atLeast, boolean orFailed) implements OfInstances {

        public Ready {
            atLeast = Map.copyOf(atLeast);
        }

        @Override
        public Set<InstanceSetId> sets() {
            return atLeast.keySet();
        }

        @Override
        public boolean holds(Rows rows) {
            boolean failed = orFailed
                    && atLeast.keySet().stream()
                            .anyMatch(set -> rows.observed(set).failure() != null);
            return failed
                    || atLeast.entrySet().stream()
                            .allMatch(each -> rows.observed(each.getKey()).ready() >= each.getValue());
        }
    }

    /** Each set has at most this many running instances, and none of the leaving ones runs. */
    record Ended(Map<InstanceSetId, Integer> atMost, Set<InstanceId> leaving) implements OfInstances {

        public Ended {
            atMost = Map.copyOf(atMost);
            leaving = Set.copyOf(leaving);
        }

        @Override
        public Set<InstanceSetId> sets() {
            return atMost.keySet();
        }

        @Override
        public boolean holds(Rows rows) {
            return atMost.entrySet().stream().allMatch(each -> {
                Row row = rows.find(each.getKey());
                return row == null || (row.current() && hasEnded(row.observed(), each.getValue()));
            });
        }

        private boolean hasEnded(SetStatus status, int most) {
            return status.living() <= most
                    && status.instances().stream()
                            .filter(instance -> instance.state() != InstanceState.EXITED)
                            .noneMatch(instance -> leaving.contains(instance.id()));
        }
    }

    /**
     * Every registered gateway serves the present routes of the service and has no request open to the leaving instances.
     *
     * @param service its id
     * @param generation of the change that drains them, for the events about a long wait
     */
    record Released(String service, long generation, Set<InstanceId> leaving) implements WaitCondition {

        public Released {
            leaving = Set.copyOf(leaving);
        }
    }

    /** A service has settled this or a later generation, or does not exist any more. */
    record ServiceSettled(String service, long generation) implements WaitCondition {}

    /** A batch task has ended, or does not exist any more. */
    record TaskEnded(String task) implements WaitCondition {}

    /** The import of a model has ended, or the model does not exist any more. */
    record ModelSettled(String model) implements WaitCondition {}

    private static Verdict verdict(Map<InstanceSetId, Integer> wanted, Set<InstanceId> proven, Rows rows) {
        return Judge.judge(
                proven,
                wanted.entrySet().stream()
                        .map(each -> rows.observed(each.getKey()).withWanted(each.getValue()))
                        .toList());
    }
}
