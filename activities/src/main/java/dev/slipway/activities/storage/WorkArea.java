package dev.slipway.activities.storage;

import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.InUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The folder of downloads and unfinished parts, where killed steps leave files. */
public final class WorkArea implements DiskArea {

    /** Longer than any running step leaves its files untouched. */
    private static final Duration ABANDONED = Duration.ofHours(6);

    private final Path folder;
    private final Clock clock;

    /** @param folder need not exist */
    public WorkArea(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "work";
    }

    @Override
    public DiskUse use(Supplier<InUse> inUse) {
        return new DiskUse(
                WorkFolder.size(folder),
                abandoned().stream().mapToLong(WorkFolder::size).sum());
    }

    @Override
    public Removed removeUnused(Supplier<InUse> inUse, int limit) {
        Removed removed = Removed.NOTHING;
        for (Path entry : abandoned().stream().limit(limit).toList()) {
            long bytes = WorkFolder.size(entry);
            WorkFolder.remove(entry);
            if (!Files.exists(entry)) {
                removed = removed.plus(new Removed(1, bytes));
            }
        }
        return removed;
    }

    private List<Path> abandoned() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry ->
                            WorkFolder.isAbandoned(entry, clock.instant().minus(ABANDONED)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be listed".formatted(folder), e);
        }
    }
}
