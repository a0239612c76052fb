package dev.slipway.standalone.command;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.parts.folder.DataFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data folder of a demo, which starts with an empty one. A folder is emptied only if a demo made it and it was not used otherwise
 * since. It has a mark for that, which {@code up}, {@code run} and {@code demo --keep} remove.
 */
final class DemoFolder {

    private static final String MARK = ".made-by-demo";
    private static final String USUAL = "data-demo";
    private static final int MOST = 100;

    private DemoFolder() {}

    /**
     * Creates an empty folder with the mark.
     *
     * @param named the one that the user named; null for the default, or the next of its name that may be emptied
     * @throws CommandFailure if the named one was not made by a demo, or is in use
     */
    static DataFolder make(@Nullable Path named, PrintStream out) {
        Path path = named == null ? usual(out) : named;
        String obstacle = obstacle(path);
        if (obstacle != null) {
            throw new CommandFailure(
                    "'%s' %s; a demo begins with an empty folder: choose another by --data".formatted(path, obstacle));
        }
        empty(path, out);
        DataFolder folder = DataFolder.open(path);
        write(folder.root().resolve(MARK));
        return folder;
    }

    /** Removes the mark: the folder now belongs to the user. */
    static void adopt(DataFolder folder) {
        try {
            Files.deleteIfExists(folder.root().resolve(MARK));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to the data folder '" + folder.root() + "'", e);
        }
    }

    private static Path usual(PrintStream out) {
        Path path = Path.of(USUAL);
        for (int number = 2; number <= MOST && obstacle(path) != null; number++) {
            Path next = Path.of(USUAL + "-" + number);
            out.printf("'%s' %s: it stays as it is, and this demo goes to '%s'%n", path, obstacle(path), next);
            path = next;
        }
        return path;
    }

    /** Why the folder must not be emptied, as the end of a sentence; null if it may be, or does not exist. */
    private static @Nullable String obstacle(Path path) {
        Optional<DataFolder> folder = DataFolder.existing(path);
        if (isMissingOrEmpty(path)) {
            return null;
        }
        if (folder.isEmpty()) {
            return "is there and is no data folder of Slipway";
        }
        if (!folder.get().holders().isEmpty()) {
            return "is in use by process "
                    + folder.get().holders().values().iterator().next();
        }
        return Files.exists(path.resolve(MARK)) ? null : "was used since its demo, or no demo made it";
    }

    private static boolean isMissingOrEmpty(Path path) {
        if (!Files.exists(path)) {
            return true;
        }
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> content = Files.list(path)) {
            return content.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the folder '" + path + "'", e);
        }
    }

    /** Ends what a killed demo left running, and removes its files. The mark is removed last, so that a second try finds it. */
    private static void empty(Path path, PrintStream out) {
        if (isMissingOrEmpty(path)) {
            return;
        }
        DataFolder.existing(path).ifPresent(folder -> DownCommand.end(folder, out));
        Path mark = path.resolve(MARK);
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(mark) && !file.equals(path)) {
                    Files.delete(file);
                }
            }
            Files.delete(mark);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty '" + path + "'", e);
        }
    }

    private static void write(Path mark) {
        try {
            Files.writeString(
                    mark,
                    "Made by ./slipway demo, which empties this folder when it begins anew. Once ./slipway up has served it, no more.\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write '" + mark + "'", e);
        }
    }
}
