package dev.slipway.adapters.local;

import dev.slipway.domain.retention.DiskArea;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** What {@link LocalCluster} leaves in the folder of an installation, for those who have no cluster. */
public final class LocalDisk {

    /** A folder without its log is of no use: it is kept only until the rows say what has become of its instance. */
    private static final Duration FOLDERS_KEPT = Duration.ofDays(1);

    private LocalDisk() {}

    /**
     * Environments of models.
     *
     * @param home the folder that a cluster was opened on; need not exist
     */
    public static DiskArea environments(Path home, Clock clock) {
        Path root = home.toAbsolutePath();
        return new UnusedEnvironments(root.resolve("environments"), root.resolve("instances"), clock);
    }

    /**
     * What pip has downloaded for environments.
     *
     * @param home the folder that environments were built in; need not exist
     */
    public static DiskArea wheels(Path home, Clock clock) {
        return new WheelCache(home.toAbsolutePath().resolve("wheels"), clock);
    }

    /**
     * Folders of ended instances, their logs, and unpacked models, in the order of removal.
     *
     * @param home the folder that a cluster was opened on; need not exist
     * @param logsKept how long the log of an instance stays after its end; its folder at most a day
     */
    public static List<DiskArea> areas(Path home, Duration logsKept, Clock clock) {
        Path root = home.toAbsolutePath();
        return List.of(
                new EndedInstances(root, logsKept.compareTo(FOLDERS_KEPT) < 0 ? logsKept : FOLDERS_KEPT, clock),
                new EndedLogs(root, logsKept, clock),
                new UnpackedModels(root.resolve("models"), root.resolve("instances"), clock));
    }
}
