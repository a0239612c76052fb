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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Environments that {@link LocalEnvironments} built. Each use gives its folder a new time. One is kept while a model has it, while the folder
 * of an instance that was started in it exists, and while it may be of an import that has not written it yet.
 */
final class UnusedEnvironments implements DiskArea {

    private static final Duration LONGEST_BUILD = Duration.ofHours(2);

    private final Path folder;
    private final Path instances;
    private final Clock clock;

    UnusedEnvironments(Path folder, Path instances, Clock clock) {
        this.folder = folder;
        this.instances = instances;
        this.clock = clock;
    }

    private record Kept(InstanceFolder files, Instant used, boolean isBuilt) {}

    @Override
    public String name() {
        return "environments";
    }

    @Override
    public DiskUse use(Supplier<InUse> inUse) {
        List<Kept> all = list();
        long unused = unused(all, inUse.get()).stream()
                .mapToLong(each -> FolderSize.of(each.files().path()))
                .sum();
        return new DiskUse(Files.isDirectory(folder) ? FolderSize.of(folder) : 0, unused);
    }

    @Override
    public Removed removeUnused(Supplier<InUse> inUse, int limit) {
        List<Kept> all = list();
        Removed removed = Removed.NOTHING;
        for (Kept each : unused(all, inUse.get()).stream().limit(limit).toList()) {
            removed = removed.plus(remove(each));
        }
        return removed;
    }

    private List<Kept> list() {
        List<Kept> all = new ArrayList<>();
        LocalInstances.list(folder)
                .forEach(
                        each -> all.add(new Kept(each, each.modified(), new EnvironmentFolder(each.path()).isBuilt())));
        return all;
    }

    private List<Kept> unused(List<Kept> all, InUse inUse) {
        Set<String> named =
                inUse.environments().stream().map(EnvironmentFolder::hex).collect(Collectors.toSet());
        Instant longAgo = clock.instant().minus(LONGEST_BUILD);
        Set<String> started = LocalInstances.list(instances).stream()
                .map(InstanceFolder::environmentDigest)
                .collect(Collectors.toSet());
        return all.stream()
                .filter(each -> each.isBuilt()
                        ? !named.contains(each.files().name())
                                && !started.contains("sha256:" + each.files().name())
                                && !inUse.mayBeOfAnImport(each.used())
                        : each.used().isBefore(longAgo))
                .toList();
    }

    private Removed remove(Kept environment) {
        InstanceFolder aside =
                new InstanceFolder(folder.resolve(UnpackedModels.ASIDE + "removed-" + UUID.randomUUID()));
        boolean isAside = FolderMutex.holding(folder, () -> {
            if (!environment.files().exists() || !environment.files().modified().equals(environment.used())) {
                return false;
            }
            try {
                Files.move(environment.files().path(), aside.path(), StandardCopyOption.ATOMIC_MOVE);
                return true;
            } catch (IOException failure) {
                throw new UncheckedIOException(
                        "the environment '%s' can't be removed"
                                .formatted(environment.files().path()),
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
