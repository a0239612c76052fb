package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.InUse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Folders of ended instances whose sets are no longer wanted, but for their logs. A running cluster removes the folders of instances that it
 * ended itself. This class removes what a killed process left, and folders whose shim never started.
 */
final class EndedInstances implements DiskArea {

    private final Path folder;
    private final LogFolders logs;
    private final Duration kept;
    private final Clock clock;
    private final HostIdentity host = HostIdentity.read();

    EndedInstances(Path home, Duration kept, Clock clock) {
        this.folder = home.resolve("instances");
        this.logs = new LogFolders(home);
        this.kept = kept;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "instances";
    }

    @Override
    public DiskUse use(Supplier<InUse> inUse) {
        List<InstanceFolder> ended = ended();
        long unused = unused(ended, inUse.get()).stream()
                .mapToLong(each -> FolderSize.of(each.path()))
                .sum();
        return new DiskUse(FolderSize.of(folder), unused);
    }

    @Override
    public Removed removeUnused(Supplier<InUse> inUse, int limit) {
        List<InstanceFolder> ended = ended();
        Removed removed = Removed.NOTHING;
        for (InstanceFolder each :
                unused(ended, inUse.get()).stream().limit(limit).toList()) {
            long bytes = FolderSize.of(each.path());
            logs.deleteAllButLog(each);
            removed = removed.plus(new Removed(1, bytes));
        }
        return removed;
    }

    private List<InstanceFolder> ended() {
        return LocalInstances.list(folder).stream().filter(this::hasEnded).toList();
    }

    private static List<InstanceFolder> unused(List<InstanceFolder> ended, InUse inUse) {
        return ended.stream()
                .filter(each ->
                        !inUse.sets().contains(InstanceId.parse(each.name()).set()))
                .toList();
    }

    private boolean hasEnded(InstanceFolder instance) {
        if (InstanceId.tryParse(instance.name()).isEmpty() || instance.isLocked()) {
            return false;
        }
        Instant longAgo = clock.instant().minus(kept);
        ShimState state = instance.state();
        if (state == null) {
            return instance.modified().isBefore(longAgo);
        }
        // On a folder that two machines share, only the other machine knows.
        return state.host().hostId().equals(host.hostId())
                && (!state.host().bootId().equals(host.bootId()) || state.hasLeft())
                && instance.lastSaid().isBefore(longAgo);
    }
}
