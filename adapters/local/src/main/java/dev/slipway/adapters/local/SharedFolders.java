package dev.slipway.adapters.local;

import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.InUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Folders that instances share. Each use gives one a new time, under the mutex of the folder above; one that nobody needs, or whose maker has
 * gone, is moved aside under the same mutex and then removed.
 */
abstract class SharedFolders implements DiskArea {

    /** The prefix of the names of drafts and of folders that are being removed. */
    static final String ASIDE = ".";

    private final String what;
    private final Path folder;
    private final Duration longestMaking;
    private final Clock clock;

    /**
     * @param what one of them is, for people
     * @param longestMaking after which one that is not complete is abandoned
     */
    SharedFolders(String what, Path folder, Duration longestMaking, Clock clock) {
        this.what = what;
        this.folder = folder;
        this.longestMaking = longestMaking;
        this.clock = clock;
    }

    /** One of them, as it was when they were listed. */
    record Shared(InstanceFolder files, Instant used, boolean isComplete) {}

    /** Whether it has all its files. */
    abstract boolean isComplete(InstanceFolder files);

    /** Whether somebody needs one that is complete. {@code inUse} is from after they were listed. */
    abstract Predicate<Shared> needed(InUse inUse);

    @Override
    public DiskUse use(Supplier<InUse> inUse) {
        long unused = unused(inUse).stream()
                .mapToLong(each -> FolderSize.of(each.files().path()))
                .sum();
        return new DiskUse(Files.isDirectory(folder) ? FolderSize.of(folder) : 0, unused);
    }

    @Override
    public Removed removeUnused(Supplier<InUse> inUse, int limit) {
        Removed removed = Removed.NOTHING;
        for (Shared each : unused(inUse).stream().limit(limit).toList()) {
            removed = removed.plus(remove(each));
        }
        return removed;
    }

    private List<Shared> unused(Supplier<InUse> inUse) {
        List<Shared> all = LocalInstances.list(folder).stream()
                .map(each -> new Shared(each, each.modified(), isComplete(each)))
                .toList();
        Predicate<Shared> needed = needed(inUse.get());
        Instant longAgo = clock.instant().minus(longestMaking);
        return all.stream()
                .filter(each ->
                        each.isComplete() ? !needed.test(each) : each.used().isBefore(longAgo))
                .toList();
    }

    private Removed remove(Shared shared) {
        InstanceFolder aside = new InstanceFolder(folder.resolve(ASIDE + "removed-" + UUID.randomUUID()));
        boolean isAside = FolderMutex.holding(folder, () -> {
            if (!shared.files().exists() || !shared.files().modified().equals(shared.used())) {
                return false;
            }
            try {
                Files.move(shared.files().path(), aside.path(), StandardCopyOption.ATOMIC_MOVE);
                return true;
            } catch (IOException failure) {
                throw new UncheckedIOException(
                        "the %s '%s' can't be removed"
                                .formatted(what, shared.files().path()),
                        failure);
            }
        });
        if (!isAside) {
            return Removed.NOTHING;
        }
        long bytes = FolderSize.of(aside.path());
        aside.delete();
        return new Removed(1, bytes);
    }
}
