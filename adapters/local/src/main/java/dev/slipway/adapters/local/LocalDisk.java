package dev.slipway.adapters.local;

import dev.slipway.domain.retention.DiskArea;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** What {@link LocalCluster} leaves in the folder of an installation, for those who have no cluster. */
public final class LocalDisk {

    private LocalDisk() {}

    /**
     * Folders of ended instances, and unpacked models, in the order of removal.
     *
     * @param home the folder that a cluster was opened on; need not exist
     * @param keptAfterTheEnd how long the folder of an instance stays after its end, for its log
     */
    public static List<DiskArea> areas(Path home, Duration keptAfterTheEnd, Clock clock) {
        Path root = home.toAbsolutePath();
        return List.of(
                new EndedInstances(root.resolve("instances"), keptAfterTheEnd, clock),
                new UnpackedModels(root.resolve("models"), root.resolve("instances"), clock));
    }
}
