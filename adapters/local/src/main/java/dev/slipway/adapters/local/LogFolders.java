package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.instance.SetOwner;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The logs of all instances of this machine: {@code instance-logs/<service or model>/<instance>}. A log is written there from its first
 * line, so that its path stays the same. Those of ended instances are kept until {@link EndedLogs} removes them, and for each owner the
 * newest up to a limit.
 */
final class LogFolders {

    static final String NAME = "instance-logs";

    /** How much of ended instances is kept for one service or model: with the limit of a log at least the last three. */
    private static final long MOST_BYTES_OF_OWNER = 64L << 20;

    /** How many of them: an instance that ends as soon as it starts is started each minute. */
    private static final int MOST_OF_OWNER = 200;

    /** Of instances that belong to nobody: there are such only in tests of this adapter. */
    private static final String NOBODY = "nobody";

    private final Path folder;
    private final Path instances;
    private final long mostBytesOfOwner;

    /** @param home that has them and the instances */
    LogFolders(Path home) {
        this(home, MOST_BYTES_OF_OWNER);
    }

    LogFolders(Path home, long mostBytesOfOwner) {
        this.folder = home.resolve(NAME);
        this.instances = home.resolve("instances");
        this.mostBytesOfOwner = mostBytesOfOwner;
    }

    Path folder() {
        return folder;
    }

    /** Where the log of a new instance is written. */
    LogFolder of(Placement placement, String instance) {
        Map<String, String> labels = placement.labels();
        String owner = labels.getOrDefault(Placement.SERVICE, labels.getOrDefault(Placement.MODEL, NOBODY));
        return new LogFolder(folder.resolve(owner).resolve(instance));
    }

    /** The log of an instance that runs or has ended; empty if there is none. */
    Optional<LogFolder> find(InstanceId instance) {
        InstanceFolder running = new InstanceFolder(instances.resolve(instance.toString()));
        if (running.exists()) {
            return Optional.of(running.logs());
        }
        return LocalInstances.list(folder).stream()
                .map(owner -> new LogFolder(owner.path().resolve(instance.toString())))
                .filter(LogFolder::exists)
                .findFirst();
    }

    /** All logs of an owner, the latest start first. */
    List<LogFolder> of(SetOwner owner) {
        String id = owner.serviceId().or(owner::modelId).orElseThrow();
        Path own = folder.resolve(id).normalize();
        boolean isName = folder.equals(own.getParent()) && own.endsWith(id);
        return isName ? logs(own) : List.of();
    }

    private static List<LogFolder> logs(Path owner) {
        return LocalInstances.list(owner).stream()
                .map(each -> new LogFolder(each.path()))
                .filter(each -> InstanceId.tryParse(each.name()).isPresent())
                .sorted(Comparator.comparing(LogFolders::start).reversed())
                .toList();
    }

    private static int start(LogFolder log) {
        return InstanceId.parse(log.name()).incarnation();
    }

    /** All logs of instances that have ended. */
    List<LogFolder> ended() {
        return LocalInstances.list(folder).stream()
                .flatMap(owner -> logs(owner.path()).stream())
                .filter(this::hasEnded)
                .toList();
    }

    boolean hasEnded(LogFolder log) {
        return !Files.isDirectory(instances.resolve(log.name()));
    }

    /** Deletes the folder of an instance that has ended. Its log stays, with its last state; older ones of its owner go beyond the limit. */
    void deleteAllButLog(InstanceFolder ended) {
        LogFolder log = ended.logs();
        boolean isApart = !log.path().equals(ended.path());
        if (isApart) {
            log.keepStateOf(ended);
        }
        ended.delete();
        if (isApart) {
            keepWithinLimit(log.owner());
        }
    }

    private void keepWithinLimit(Path owner) {
        long bytes = 0;
        int count = 0;
        for (LogFolder log : logs(owner)) {
            if (hasEnded(log)) {
                bytes += log.bytes();
                count++;
                boolean isLatest = count == 1;
                if (!isLatest && (bytes > mostBytesOfOwner || count > MOST_OF_OWNER)) {
                    log.delete();
                }
            }
        }
    }

    /** Deletes a log, and the folder of its owner with the last one. */
    void delete(LogFolder log) {
        log.delete();
        try {
            Files.deleteIfExists(log.path().getParent());
        } catch (DirectoryNotEmptyException others) {
            // They stay.
        } catch (IOException triedAgain) {
            // With the next log that is deleted there; an empty folder harms nobody.
        }
    }
}
