package dev.slipway.domain.retention;

import java.util.function.Supplier;

/** A folder of this machine whose files are made by us and removed by us. Safe beside other processes that use the same folder. */
public interface DiskArea {

    /** Its name below the data folder. */
    String name();

    /** How much lies there, and how much of that nobody uses now. Changes nothing. */
    DiskUse use(Supplier<InUse> inUse);

    /**
     * Removes what nobody uses. What cannot be removed now is left for another time.
     *
     * @param inUse asked once, after the folder was listed
     * @param limit of things; to be called again until it removes fewer
     */
    Removed removeUnused(Supplier<InUse> inUse, int limit);

    /** Bytes in all, and of these, what removing would free. */
    record DiskUse(long bytes, long unused) {}

    /** How many things were removed, and their bytes. */
    record Removed(int things, long bytes) {

        public static final Removed NOTHING = new Removed(0, 0);

        public Removed plus(Removed more) {
            return new Removed(things + more.things, bytes + more.bytes);
        }
    }
}
