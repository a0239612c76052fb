package dev.slipway.domain.wave;

import dev.slipway.domain.instance.InstanceSetId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far each wave of a rollout goes, told from the counts as they stand, so that a run that begins in the middle goes on where the
 * one before it ended.
 */
public final class Waves {

    private final Snapshot snapshot;
    private final Map<InstanceSetId, Integer> counts;

    /** @param counts instances that each set shall have now; absent means 0 */
    public Waves(Snapshot snapshot, Map<InstanceSetId, Integer> counts) {
        this.snapshot = snapshot;
        this.counts = Map.copyOf(counts);
    }

    /**
     * What a change consists of: old sets and entries meet by position. Sets that are in both stay.
     *
     * @param old what is there, in the order of its entries
     * @param fresh what shall be there, in the order of its entries
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

    /** Counts that the next wave brings sets up to; only sets that grow or come are named. */
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
     * Counts that sets are brought down to now; only sets that shrink or go are named.
     *
     * @param proven whether all new instances that are wanted now have been ready and healthy for long enough
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

    /** Whether nothing is left to do once {@link #scaledDown} is so. */
    public boolean isLast(boolean proven) {
        return proven && isFreshComplete();
    }

    private boolean isFreshComplete() {
        return snapshot.changes().stream().allMatch(change -> count(change.fresh()) >= change.freshCount());
    }

    private int count(@Nullable InstanceSetId set) {
        return set == null ? 0 : counts.getOrDefault(set, 0);
    }

    /** A set of an entry, how many instances it has or shall have, and how an upgrade may go about it. */
    public record Member(int entry, InstanceSetId set, int count, int surge, int unavailable) {}
}
