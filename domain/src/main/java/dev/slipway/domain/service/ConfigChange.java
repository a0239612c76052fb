package dev.slipway.domain.service;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.wave.Snapshot;
import dev.slipway.domain.wave.Waves;
import dev.slipway.domain.wave.Waves.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The changes of instance sets from one configuration to another. */
public final class ConfigChange {

    private final Pools pools;

    /** @param pools their sizes decide whether old instances have to end first */
    public ConfigChange(Pools pools) {
        this.pools = pools;
    }

    /**
     * The change, entry by entry.
     *
     * @param serving null if nothing serves
     * @param counts how many instances a set of {@code serving} has; 0 if it does not exist
     */
    public Snapshot snapshot(
            @Nullable ServiceConfig serving, ToIntFunction<InstanceSetId> counts, ServiceConfig wanted) {
        List<Member> old = members(serving, counts);
        List<Member> fresh = new ArrayList<>();
        for (int i = 0; i < wanted.entries().size(); i++) {
            ServiceEntry entry = wanted.entries().get(i);
            int count = entry.instanceCount();
            fresh.add(member(i, entry, count, oldCount(old, i, count)));
        }
        return Waves.changes(old, fresh);
    }

    private static int oldCount(List<Member> old, int entry, int otherwise) {
        return old.stream()
                .filter(member -> member.entry() == entry)
                .mapToInt(Member::count)
                .findFirst()
                .orElse(otherwise);
    }

    private List<Member> members(@Nullable ServiceConfig serving, ToIntFunction<InstanceSetId> counts) {
        List<Member> members = new ArrayList<>();
        if (serving == null) {
            return members;
        }
        for (int i = 0; i < serving.entries().size(); i++) {
            ServiceEntry entry = serving.entries().get(i);
            int count = counts.applyAsInt(entry.set());
            if (count > 0) {
                members.add(member(i, entry, count, count));
            }
        }
        return members;
    }

    /** If the whole pool has no capacity for a surge, old instances end first, as far as max_unavailable allows. */
    private Member member(int position, ServiceEntry entry, int count, int oldCount) {
        int unavailable = entry.rolling().unavailableOf(oldCount);
        int surge = entry.rolling().surgeOf(oldCount);
        int slots = pools.slots(entry.pool(), entry.specification());
        boolean makesRoom = Math.min(unavailable, oldCount - 1) > 0 && oldCount + surge > slots;
        return new Member(position, entry.set(), count, makesRoom ? 0 : surge, unavailable);
    }
}
