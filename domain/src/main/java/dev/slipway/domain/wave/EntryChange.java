package dev.slipway.domain.wave;

import dev.slipway.domain.instance.InstanceSetId;
import org.jspecify.annotations.Nullable;

/**
 * The change of one entry of a service: the new set replaces the old one, wave by wave. Both are the same set if only the count changes.
 *
 * @param entry position of the new entry; of the old one if it is removed
 * @param old null if nothing served at this position
 * @param oldCount instances that it had; 0 without an old set
 * @param fresh null if the entry is removed
 * @param freshCount instances that it gets; 0 if the entry is removed
 * @param surge instances above the old count that may exist meanwhile
 * @param unavailable instances below the old count that may be missing meanwhile; fewer than the old count, so that one always serves
 */
public record EntryChange(
        int entry,
        @Nullable InstanceSetId old,
        int oldCount,
        @Nullable InstanceSetId fresh,
        int freshCount,
        int surge,
        int unavailable) {

    public EntryChange {
        if (old == null && fresh == null) {
            throw new IllegalArgumentException("change %d: expected an old set, a new one or both".formatted(entry));
        }
        if (surge + unavailable < 1) {
            throw new IllegalArgumentException(
                    "change %d: expected surge or unavailable to be at least 1".formatted(entry));
        }
    }

    /** Whether one set replaces another. */
    public boolean replaces() {
        return old != null && fresh != null && !old.equals(fresh);
    }

    /** Whether the set stays and only its count may change. */
    public boolean keeps() {
        return old != null && old.equals(fresh);
    }

    /** Whether new instances start here. */
    public boolean grows() {
        return fresh != null && (!keeps() || freshCount > oldCount);
    }

    /** The most instances that exist at once. */
    public int peak() {
        return replaces() ? Math.max(oldCount + surge, freshCount) : Math.max(oldCount, freshCount);
    }

    /** How many old instances stay while {@code proven} new ones are healthy. */
    int oldKept(int proven) {
        return proven >= freshCount ? 0 : Math.max(0, oldCount - unavailable - proven);
    }

    /** How many new instances are wanted while {@code oldLeft} old ones are left. Never more than the peak in all. */
    int freshWanted(int oldLeft) {
        return oldLeft == 0 ? freshCount : Math.min(freshCount, oldCount + surge - oldLeft);
    }
}
