package dev.slipway.standalone.command;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.retention.PostgresRetentionStore;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.DiskArea.DiskUse;
import dev.slipway.domain.retention.InUse;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.worker.WorkerApplication;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folders of an installation by what they hold, and what of it the next removal would free. */
final class DiskSummary {

    private static final int CONNECTIONS = 1;
    private static final double MEGABYTE = 1e6;

    private final Installation installation;
    private final PrintStream out;

    DiskSummary(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    /** Prints it. Without the database nobody can tell what is in use: then only what there is. */
    void print() {
        Path root = installation.folder().root();
        out.println("Disk");
        Set<String> shown = new HashSet<>();
        try {
            InUse inUse = inUse();
            for (DiskArea area :
                    WorkerApplication.diskAreas(root, installation.settings().retention(), Clock.systemUTC())) {
                DiskUse use = area.use(() -> inUse);
                out.printf(
                        "  %-10s %10.1f MB  %10.1f MB would be freed%n",
                        area.name(), use.bytes() / MEGABYTE, use.unused() / MEGABYTE);
                shown.add(area.name());
            }
        } catch (Problem | UncheckedIOException notNow) {
            out.printf("  what would be freed is not known: %s%n", notNow.getMessage());
        }
        for (Path folder : folders(root)) {
            String name = folder.getFileName().toString();
            if (!shown.contains(name)) {
                out.printf("  %-10s %10.1f MB%n", name, size(folder) / MEGABYTE);
            }
        }
    }

    private InUse inUse() {
        try (Database database = open()) {
            return new PostgresRetentionStore(database).inUse();
        }
    }

    private Database open() {
        DatabaseProperties owner = installation.database();
        return Database.open(new DatabaseProperties(owner.url(), owner.user(), owner.password(), CONNECTIONS));
    }

    private static List<Path> folders(Path root) {
        try (Stream<Path> all = Files.list(root)) {
            return all.filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be listed".formatted(root), e);
        }
    }

    private static long size(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(DiskSummary::bytes)
                    .sum();
        } catch (IOException | UncheckedIOException notReadableOrGoneMeanwhile) {
            return 0;
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException goneMeanwhile) {
            return 0;
        }
    }
}
