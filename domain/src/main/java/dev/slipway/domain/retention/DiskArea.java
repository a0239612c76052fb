package dev.slipway.domain.retention;

import java.util.function.Supplier;

/** A folder of this machine whose files Slipway creates and removes. Safe beside other processes that use the same folder. */
public interface DiskArea {

    /** Its name below the data folder. */
    String name();

    /** Its size, and how much of it is unused now. Changes nothing. */
    DiskUse use(Supplier<InUse> inUse);

    /**
     * Removes unused files. What cannot be removed now is left for a later call.
     *
     * @param inUse called once, after the folder was listed
     * @param limit the most things to remove; call it again until it removes fewer
     */
    Removed removeUnused(Supplier<InUse> inUse, int limit);

    /** Bytes in all, and how many of them are unused. */
    record DiskUse(long bytes, long unused) {}

    /** How many things were removed, and their bytes. */
    record Removed(int things, long bytes) {

        public static final Removed NOTHING = new Removed(0, 0);

        public Removed plus(Removed more) {
            return new Removed(things + more.things, bytes + more.bytes);
        }
    }
}
