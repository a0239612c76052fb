package dev.slipway.adapters.local;

import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.InUse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Logs of ended instances: unused are those whose time is over, and the oldest of those that together are larger than the limit. */
final class EndedLogs implements DiskArea {

    private static final long MOST_BYTES = 1L << 30;

    private final LogFolders logs;
    private final Duration kept;
    private final Clock clock;
    private final long mostBytes;

    EndedLogs(Path home, Duration kept, Clock clock) {
        this(home, kept, clock, MOST_BYTES);
    }

    /** @param mostBytes of all ended instances */
    EndedLogs(Path home, Duration kept, Clock clock, long mostBytes) {
        this.logs = new LogFolders(home);
        this.kept = kept;
        this.clock = clock;
        this.mostBytes = mostBytes;
    }

    @Override
    public String name() {
        return LogFolders.NAME;
    }

    @Override
    public DiskUse use(Supplier<InUse> inUse) {
        long unused = unused().stream().mapToLong(LogFolder::bytes).sum();
        return new DiskUse(FolderSize.of(logs.folder()), unused);
    }

    @Override
    public Removed removeUnused(Supplier<InUse> inUse, int limit) {
        Removed removed = Removed.NOTHING;
        for (LogFolder each : unused().stream().limit(limit).toList()) {
            long bytes = each.bytes();
            logs.delete(each);
            removed = removed.plus(new Removed(1, bytes));
        }
        return removed;
    }

    private List<LogFolder> unused() {
        Instant longAgo = clock.instant().minus(kept);
        List<Ended> latestFirst = logs.ended().stream()
                .map(log -> new Ended(log, log.writtenAt(), log.bytes()))
                .sorted(Comparator.comparing(Ended::writtenAt).reversed())
                .toList();
        List<LogFolder> unused = new ArrayList<>();
        long bytes = 0;
        for (Ended each : latestFirst) {
            bytes += each.bytes();
            if (each.writtenAt().isBefore(longAgo) || bytes > mostBytes) {
                unused.add(each.log());
            }
        }
        return unused.reversed();
    }

    /** With what may change while they are sorted. */
    private record Ended(LogFolder log, Instant writtenAt, long bytes) {}
}
