package dev.slipway.adapters.local;

import dev.slipway.domain.image.ImageDigest;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Models that {@link ModelFolders} unpacked. Each start of an instance gives its model's folder a new time. A model is kept if an instance
 * was started from it since the folders were listed, or if the folder of such an instance exists.
 */
final class UnpackedModels implements DiskArea {

    /** The prefix of the names of drafts and of folders that are being removed. */
    static final String ASIDE = ".";

    private static final Duration LONGEST_UNPACKING = Duration.ofHours(1);

    private final Path folder;
    private final Path instances;
    private final Clock clock;

    UnpackedModels(Path folder, Path instances, Clock clock) {
        this.folder = folder;
        this.instances = instances;
        this.clock = clock;
    }

    private record Unpacked(InstanceFolder files, Instant used) {}

    @Override
    public String name() {
        return "models";
    }

    @Override
    public DiskUse use(Supplier<InUse> inUse) {
        List<Unpacked> all = list();
        long unused = unused(all, inUse.get()).stream()
                .mapToLong(each -> FolderSize.of(each.files().path()))
                .sum();
        return new DiskUse(FolderSize.of(folder), unused);
    }

    @Override
    public Removed removeUnused(Supplier<InUse> inUse, int limit) {
        List<Unpacked> all = list();
        Removed removed = Removed.NOTHING;
        for (Unpacked each : unused(all, inUse.get()).stream().limit(limit).toList()) {
            removed = removed.plus(remove(each));
        }
        return removed;
    }

    private List<Unpacked> list() {
        List<Unpacked> all = new ArrayList<>();
        LocalInstances.list(folder).forEach(each -> all.add(new Unpacked(each, each.modified())));
        return all;
    }

    private List<Unpacked> unused(List<Unpacked> all, InUse inUse) {
        Set<String> named = inUse.images().stream().map(ImageDigest::hex).collect(Collectors.toSet());
        Instant longAgo = clock.instant().minus(LONGEST_UNPACKING);
        List<InstanceFolder> started = LocalInstances.list(instances);
        return all.stream()
                .filter(each -> each.files().name().startsWith(ASIDE)
                        ? each.used().isBefore(longAgo)
                        : !named.contains(each.files().name())
                                && started.stream()
                                        .noneMatch(instance -> instance.isOfModelIn(
                                                each.files().path())))
                .toList();
    }

    private Removed remove(Unpacked model) {
        InstanceFolder aside = new InstanceFolder(folder.resolve(ASIDE + "removed-" + UUID.randomUUID()));
        boolean isAside = FolderMutex.holding(folder, () -> {
            if (!model.files().exists() || !model.files().modified().equals(model.used())) {
                return false;
            }
            try {
                Files.move(model.files().path(), aside.path(), StandardCopyOption.ATOMIC_MOVE);
                return true;
            } catch (IOException failure) {
                throw new UncheckedIOException(
                        "the model '%s' can't be removed"
                                .formatted(model.files().path()),
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
