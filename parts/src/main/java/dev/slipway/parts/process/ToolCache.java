package dev.slipway.parts.process;

import dev.slipway.parts.folder.UserFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that are installed once per user and shared by all data folders: {@code ${XDG_CACHE_HOME:-~/.cache}/slipway/tools}. */
public final class ToolCache {

    /** What PostgreSQL and Temporal take, with what their installation needs meanwhile. */
    private static final long ROOM = 600_000_000;

    private static final Object THIS_JVM = new Object();

    private final Path folder;

    ToolCache(Path folder) {
        this.folder = folder;
    }

    public static ToolCache ofUser() {
        return new ToolCache(UserFolder.CACHE.path().resolve("slipway").resolve("tools"));
    }

    /** Fills a folder with a tool. */
    @FunctionalInterface
    public interface Installer {
        void installInto(Path folder) throws IOException;
    }

    /** The folder of a tool, whether it is installed or not. */
    public Path folder(String name) {
        return folder.resolve(name);
    }

    /** Why nothing can be installed here, as a sentence without its end; empty if it can. Makes the folder if it is missing. */
    public Optional<String> obstacle() {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".probe-", ""));
            long free = Files.getFileStore(folder).getUsableSpace();
            return free < ROOM
                    ? Optional.of("the tool cache '%s' has %d MB free, expected %d or more"
                            .formatted(folder, free / 1_000_000, ROOM / 1_000_000))
                    : Optional.empty();
        } catch (AccessDeniedException denied) {
            return Optional.of("this user may not write to the tool cache '%s'".formatted(folder));
        } catch (IOException e) {
            return Optional.of("the tool cache '%s' cannot be written to: %s".formatted(folder, e));
        }
    }

    /**
     * The folder of the tool, which is installed now if it is missing. It is complete or does not exist, also after a crash, and is
     * installed by one process at a time.
     */
    public Path install(String name, Installer installer) throws IOException {
        Path tool = folder(name);
        if (Files.isDirectory(tool)) {
            return tool;
        }
        Files.createDirectories(folder);
        synchronized (THIS_JVM) {
            Path lockFile = folder.resolve("." + name + ".lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                if (held.isValid() && !Files.isDirectory(tool)) {
                    Path fresh = folder.resolve("." + name + ".new");
                    deleteAll(fresh);
                    Files.createDirectories(fresh);
                    installer.installInto(fresh);
                    Files.move(fresh, tool, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        return tool;
    }

    private static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
