package dev.slipway.standalone.command;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.retention.PostgresRetentionStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.DiskArea.DiskUse;
import dev.slipway.domain.retention.InUse;
import dev.slipway.domain.retention.RetentionStore.RemovableRows;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.settings.SettingsProblem;
import dev.slipway.worker.WorkerApplication;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The folders of an installation by size, and what the next removal would free of files and rows. */
final class DiskSummary {

    private static final int CONNECTIONS = 1;
    private static final double MEGABYTE = 1e6;
    private static final int MOST_ROWS = 100_000;

    private final Installation installation;
    private final Optional<String> noDatabase;
    private final PrintStream out;

    /** @param noDatabase why the database cannot be used; empty if it can */
    DiskSummary(Installation installation, Optional<String> noDatabase, PrintStream out) {
        this.installation = installation;
        this.noDatabase = noDatabase;
        this.out = out;
    }

    /** Prints it. Without the database it is not known what is in use; then only sizes are printed. */
    void print() {
        Path root = installation.folder().root();
        out.println("Disk");
        Set<String> shown = new HashSet<>();
        List<RemovableRows> rows = List.of();
        List<BatchTask> ended = List.of();
        if (!installation.holdsDatabase() || noDatabase.isPresent()) {
            out.printf(
                    "  what would be freed is not known: its database %s%n",
                    installation.holdsDatabase() ? "cannot be used: " + noDatabase.orElse("") : "does not run");
            printFolders(root, shown);
            return;
        }
        try (Database database = open()) {
            PostgresRetentionStore store = new PostgresRetentionStore(database);
            InUse inUse = store.inUse();
            rows = store.removable(installation.settings().retention(), Instant.now(), MOST_ROWS);
            ended = store.tasksWithWork(
                    Instant.now().minus(installation.settings().retention().batch()),
                    RemovableBatchWork.MOST_TASKS + 1);
            for (DiskArea area :
                    WorkerApplication.diskAreas(root, installation.settings().retention(), Clock.systemUTC())) {
                DiskUse use = area.use(() -> inUse);
                out.printf(
                        "  %-10s %10.1f MB  %10.1f MB would be freed%n",
                        area.name(), use.bytes() / MEGABYTE, use.unused() / MEGABYTE);
                shown.add(area.name());
            }
        } catch (Problem | UncheckedIOException | SettingsProblem notNow) {
            out.printf("  what would be freed is not known: %s%n", notNow.getMessage());
        }
        printFolders(root, shown);
        printBatchWork(ended);
        print(rows);
    }

    private void printFolders(Path root, Set<String> shown) {
        for (Path folder : folders(root)) {
            String name = folder.getFileName().toString();
            if (!shown.contains(name)) {
                out.printf("  %-10s %10.1f MB%n", name, size(folder) / MEGABYTE);
            }
        }
    }

    /** Objects of all stores, also of one that is not in the data folder. */
    private void printBatchWork(List<BatchTask> ended) {
        if (ended.isEmpty()) {
            return;
        }
        try (S3ObjectStore objects = S3ObjectStore.open(installation.objects())) {
            RemovableBatchWork work = RemovableBatchWork.of(ended, objects);
            out.printf(
                    "  objects of batch work %s%.1f MB of %d %s would be freed%n",
                    work.isComplete() ? "" : "at least ",
                    work.bytes() / MEGABYTE,
                    work.tasks(),
                    work.tasks() == 1 ? "task" : "tasks");
        } catch (Problem | SettingsProblem notNow) {
            out.printf("  objects of batch work: what would be freed is not known: %s%n", notNow.getMessage());
        }
    }

    private void print(List<RemovableRows> rows) {
        List<RemovableRows> some =
                rows.stream().filter(each -> each.count() > 0).toList();
        if (!rows.isEmpty()) {
            out.println("Rows that would be removed");
            some.forEach(each -> out.printf(
                    "  %-20s %s%d%n", each.kind(), each.count() < MOST_ROWS ? "" : "at least ", each.count()));
        }
        if (!rows.isEmpty() && some.isEmpty()) {
            out.println("  none");
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
