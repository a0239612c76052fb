package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The data folders of a user that have ports, so that none is given to two of them: {@code
 * ${XDG_STATE_HOME:-~/.local/state}/slipway/data-folders}, one path a line. The ports themselves are in the folders. One that is gone, or
 * was emptied, has given its ports back.
 */
final class PortRegister {

    private static final String NAME = "data-folders";

    /** Null where this user has no place for it: then only ports in use are left out. */
    private final @Nullable Path file;

    PortRegister(@Nullable Path file) {
        this.file = file;
    }

    static PortRegister ofUser() {
        Path base = UserFolder.STATE.path();
        return new PortRegister(base.isAbsolute() ? base.resolve("slipway").resolve(NAME) : null);
    }

    /**
     * Chooses ports for a folder while no other process of this user does.
     *
     * @param choice gets the ports of all other folders, and has written its own when it returns
     */
    void choose(Path folder, Consumer<Set<Integer>> choice) {
        if (file == null || !isUsable(file)) {
            choice.accept(Set.of());
            return;
        }
        alone(file, () -> {
            Set<Path> folders = living(file);
            folders.remove(folder);
            Set<Integer> taken = new HashSet<>();
            folders.forEach(other -> taken.addAll(new Ports(other, this).known()));
            choice.accept(taken);
            folders.add(folder);
            write(file, folders);
        });
    }

    /** Enters a folder that has its ports already: one that was moved here, or is older than this register. */
    void enter(Path folder) {
        if (file == null || !isUsable(file) || read(file).contains(folder)) {
            return;
        }
        alone(file, () -> {
            Set<Path> folders = living(file);
            folders.add(folder);
            write(file, folders);
        });
    }

    private static boolean isUsable(Path file) {
        try {
            Path folder = Objects.requireNonNull(file.getParent());
            Files.createDirectories(folder);
            return Files.isWritable(folder);
        } catch (IOException noHome) {
            return false;
        }
    }

    private static Set<Path> living(Path file) {
        Set<Path> folders = read(file);
        folders.removeIf(folder -> !Files.exists(folder.resolve(Ports.FILE)));
        return folders;
    }

    private static Set<Path> read(Path file) {
        Set<Path> folders = new LinkedHashSet<>();
        if (!Files.exists(file)) {
            return folders;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    folders.add(Path.of(line));
                }
            }
            return folders;
        } catch (IOException | InvalidPathException damaged) {
            // Made anew: each folder enters itself at its next start.
            return new LinkedHashSet<>();
        }
    }

    private static void write(Path file, Set<Path> folders) {
        StringBuilder text = new StringBuilder();
        folders.forEach(folder -> text.append(folder).append('\n'));
        try {
            DurableFile.write(file, text.toString(), "rw-------");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the register of ports '" + file + "'", e);
        }
    }

    /** One thread of one process at a time. */
    private static void alone(Path file, Runnable change) {
        synchronized (PortRegister.class) {
            Path lock = file.resolveSibling(NAME + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // Released with the channel.
                FileLock unused = channel.lock();
                change.run();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot lock '%s'".formatted(lock), e);
            }
        }
    }
}
