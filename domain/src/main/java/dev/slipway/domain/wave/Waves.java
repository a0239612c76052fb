package dev.slipway.domain.wave;

import dev.slipway.domain.instance.InstanceSetId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes each wave of a rollout from the present counts, so that a run that starts in the middle continues where the earlier one stopped.
 */
public final class Waves {

    private final Snapshot snapshot;
    private final Map<InstanceSetId, Integer> counts;

    /** @param counts the desired count of each set now; absent means 0 */
    public Waves(Snapshot snapshot, Map<InstanceSetId, Integer> counts) {
        this.snapshot = snapshot;
        this.counts = Map.copyOf(counts);
    }

    /**
     * Computes the changes. Sets that are in both stay; the others are matched by position.
     *
     * @param old the present sets, in the order of their entries
     * @param fresh the wanted sets, in the order of their entries
     */
    public static Snapshot changes(List<Member> old, List<Member> fresh) {
        Map<Integer, EntryChange> changes = new LinkedHashMap<>();
        List<Member> leaving =
                old.stream().filter(member -> !hasSet(fresh, member.set())).toList();
        List<Member> coming =
                fresh.stream().filter(member -> !hasSet(old, member.set())).toList();
        int key = 0;
        for (Member member : fresh) {
            if (hasSet(old, member.set())) {
                Member before = old.stream()
                        .filter(candidate -> candidate.set().equals(member.set()))
                        .findFirst()
                        .orElseThrow();
                changes.put(key++, change(before, member));
            }
        }
        for (int i = 0; i < Math.max(leaving.size(), coming.size()); i++) {
            Member before = i < leaving.size() ? leaving.get(i) : null;
            Member after = i < coming.size() ? coming.get(i) : null;
            changes.put(key++, change(before, after));
        }
        return new Snapshot(changes.values().stream()
                .sorted(Comparator.comparingInt(EntryChange::entry))
                .toList());
    }

    private static boolean hasSet(List<Member> members, InstanceSetId set) {
        return members.stream().anyMatch(member -> member.set().equals(set));
    }

    private static EntryChange change(@Nullable Member before, @Nullable Member after) {
        Member rules = after != null ? after : Objects.requireNonNull(before);
        int oldCount = before == null ? 0 : before.count();
        return new EntryChange(
                rules.entry(),
                before == null ? null : before.set(),
                oldCount,
                after == null ? null : after.set(),
                after == null ? 0 : after.count(),
                rules.surge(),
                Math.clamp(rules.unavailable(), 0, Math.max(0, oldCount - 1)));
    }

    /** The counts after scaling up in the next wave, only for sets that grow or are added. */
    public Map<InstanceSetId, Integer> scaledUp() {
        Map<InstanceSetId, Integer> scaledUp = new LinkedHashMap<>();
        for (EntryChange change : snapshot.changes()) {
            InstanceSetId fresh = change.fresh();
            if (fresh == null) {
                continue;
            }
            int wanted = change.replaces() ? change.freshWanted(count(change.old())) : change.freshCount();
            scaledUp.put(fresh, Math.max(count(fresh), wanted));
        }
        return scaledUp;
    }

    /**
     * The counts after scaling down now, only for sets that shrink or are removed.
     *
     * @param proven whether all new instances wanted now were ready and healthy for long enough
     */
    public Map<InstanceSetId, Integer> scaledDown(boolean proven) {
        boolean complete = proven && isFreshComplete();
        Map<InstanceSetId, Integer> scaledDown = new LinkedHashMap<>();
        for (EntryChange change : snapshot.changes()) {
            InstanceSetId old = change.old();
            if (old == null) {
                continue;
            }
            int kept = kept(change, proven, complete);
            if (kept < count(old)) {
                scaledDown.put(old, kept);
            }
        }
        return scaledDown;
    }

    private int kept(EntryChange change, boolean proven, boolean complete) {
        if (change.replaces()) {
            return change.oldKept(proven ? count(change.fresh()) : 0);
        }
        return complete ? change.freshCount() : count(change.old());
    }

    /** Whether nothing is left to do after {@link #scaledDown}. */
    public boolean isLast(boolean proven) {
        return proven && isFreshComplete();
    }

    private boolean isFreshComplete() {
        return snapshot.changes().stream().allMatch(change -> count(change.fresh()) >= change.freshCount());
    }

    private int count(@Nullable InstanceSetId set) {
        return set == null ? 0 : counts.getOrDefault(set, 0);
    }

    /** A set of an entry, its present or wanted count, and the limits of an upgrade. */
    public record Member(int entry, InstanceSetId set, int count, int surge, int unavailable) {}
}
