package dev.slipway.testing.instance;

import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Instance sets in memory. Safe for use by many threads. */
public final class InMemoryInstanceSetStore implements InstanceSetStore {

    private final Map<String, Stored> rows = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long lastRevision;
    private volatile boolean cutOff;
    private volatile @Nullable InstanceSetId refused;

    /** Whether writes fail, as if the database did not answer. */
    public void cutOff(boolean on) {
        cutOff = on;
    }

    /** Fails each write of how this set stands, as a database does that refuses its text. Null for none. */
    public void refuse(@Nullable InstanceSetId set) {
        refused = set;
    }

    /** Calls {@code listener} after each change of desired state, on the same thread, like a notification of the database. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void want(SetOwner owner, InstanceSet set, int count) {
        change(set.id(), before -> {
            if (before == null) {
                long revision = ++lastRevision;
                return new Stored(owner, DesiredSet.of(set, count, revision), revision, null, 0);
            }
            return before.desired.count() == count
                    ? before
                    : before.with(count, before.desired.leaving(), ++lastRevision);
        });
    }

    @Override
    public void scaleDown(InstanceSetId set, int count, Set<InstanceId> leaving) {
        change(set, before -> {
            if (before == null) {
                return null;
            }
            int lower = Math.min(count, before.desired.count());
            Set<InstanceId> all = joined(before.desired.leaving(), leaving);
            boolean isSo = lower == before.desired.count() && all.equals(before.desired.leaving());
            return isSo ? before : before.with(lower, all, ++lastRevision);
        });
    }

    @Override
    public void replace(InstanceId instance) {
        change(instance.set(), before -> {
            if (before == null || before.desired.leaving().contains(instance)) {
                return before;
            }
            Set<InstanceId> all = joined(before.desired.leaving(), Set.of(instance));
            return before.with(before.desired.count(), all, ++lastRevision);
        });
    }

    private static Set<InstanceId> joined(Set<InstanceId> one, Set<InstanceId> other) {
        Set<InstanceId> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    @Override
    public void forget(InstanceSetId set) {
        change(set, before -> null);
    }

    private void change(InstanceSetId set, UnaryOperator<@Nullable Stored> work) {
        if (cutOff) {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "the database does not answer now: cut off");
        }
        synchronized (this) {
            Stored before = rows.get(set.value());
            Stored after = work.apply(before);
            if (Objects.equals(before, after)) {
                return;
            }
            if (after == null) {
                rows.remove(set.value());
            } else {
                rows.put(set.value(), after);
            }
        }
        listeners.forEach(Runnable::run);
    }

    @Override
    public synchronized List<Row> of(SetOwner owner) {
        return rows.values().stream()
                .filter(row -> row.owner.equals(owner))
                .map(Stored::row)
                .toList();
    }

    @Override
    public synchronized Map<SetOwner, List<Row>> of(Collection<SetOwner> owners) {
        return rows.values().stream()
                .filter(row -> owners.contains(row.owner))
                .map(Stored::row)
                .collect(Collectors.groupingBy(Row::owner));
    }

    @Override
    public synchronized Optional<Row> find(InstanceSetId set) {
        return Optional.ofNullable(rows.get(set.value())).map(Stored::row);
    }

    @Override
    public synchronized List<Row> find(Collection<InstanceSetId> sets) {
        return rows.values().stream()
                .filter(row -> sets.contains(row.desired.id()))
                .map(Stored::row)
                .toList();
    }

    @Override
    public synchronized List<Row> all() {
        return rows.values().stream().map(Stored::row).toList();
    }

    @Override
    public synchronized void observe(SetStatus status, long revision) {
        if (status.id().equals(refused)) {
            throw new IllegalStateException("a test has the status of set '%s' refused".formatted(status.id()));
        }
        Stored before = rows.get(status.id().value());
        if (before == null || revision < before.created || revision < before.observedAt) {
            return;
        }
        List<InstanceId> living = new ArrayList<>();
        status.instances().stream()
                .filter(instance -> instance.state() != InstanceState.EXITED)
                .map(Instance::id)
                .forEach(living::add);
        Set<InstanceId> leaving = new HashSet<>(before.desired.leaving());
        if (revision >= before.desired.revision()) {
            leaving.retainAll(living);
        }
        DesiredSet desired =
                new DesiredSet(before.desired.set(), before.desired.count(), leaving, before.desired.revision());
        rows.put(status.id().value(), new Stored(before.owner, desired, before.created, status, revision));
    }

    private record Stored(
            SetOwner owner,
            DesiredSet desired,
            long created,
            @Nullable SetStatus observed,
            long observedAt) {

        Stored with(int count, Set<InstanceId> leaving, long revision) {
            return new Stored(
                    owner, new DesiredSet(desired.set(), count, leaving, revision), created, observed, observedAt);
        }

        Row row() {
            SetStatus seen = observed == null ? new SetStatus(desired.id(), 0, List.of(), null) : observed;
            return new Row(owner, desired, seen.withWanted(desired.count()), observedAt >= desired.revision());
        }
    }
}
