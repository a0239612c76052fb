package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that one installation keeps on disk. The folder is readable by its owner only and may be copied as a whole while
 * nothing runs on it.
 */
public final class DataFolder {

    private static final String LOCK = ".lock";
    private static final List<String> LAYOUT = List.of("secrets", "locks", "run", "logs");

    private final Path root;
    private final Secrets secrets;
    private final Ports ports;

    private DataFolder(Path root, PortRegister register) {
        this.root = root;
        this.secrets = new Secrets(root.resolve("secrets"));
        this.ports = new Ports(root, register);
    }

    /**
     * Opens the folder and creates missing parts of its layout. Takes no lock.
     *
     * @throws FolderUnusable if it cannot be made
     */
    public static DataFolder open(Path folder) {
        return open(folder, PortRegister.ofUser());
    }

    static DataFolder open(Path folder, PortRegister register) {
        Path root = folder.toAbsolutePath().normalize();
        try {
            failIfUnreadable(root);
            Files.createDirectories(root.getParent() == null ? root : root.getParent());
            privateFolder(root);
            if (!Files.exists(root.resolve("locks"))) {
                closeToOthers(root);
            }
            // Resolves links, so that the same folder has one path.
            root = root.toRealPath();
            for (String name : LAYOUT) {
                privateFolder(root.resolve(name));
            }
        } catch (IOException e) {
            throw new FolderUnusable(root, e);
        }
        return new DataFolder(root, register);
    }

    /**
     * The folder if an installation was ever started in it.
     *
     * @throws FolderUnusable if this user may not look into it
     */
    public static Optional<DataFolder> existing(Path folder) {
        failIfUnreadable(folder);
        return Files.isDirectory(folder.resolve("locks")) && Files.isDirectory(folder.resolve("secrets"))
                ? Optional.of(open(folder))
                : Optional.empty();
    }

    /** "Is not there" and "must not be seen" look the same to most methods of {@link Files}. */
    private static void failIfUnreadable(Path folder) {
        try {
            boolean isFolder =
                    Files.readAttributes(folder, BasicFileAttributes.class).isDirectory();
            if (isFolder && !(Files.isReadable(folder) && Files.isExecutable(folder))) {
                throw FolderUnusable.unreadable(folder);
            }
            for (String name : isFolder ? LAYOUT : List.<String>of()) {
                Path part = folder.resolve(name);
                if (Files.exists(part) && !(Files.isReadable(part) && Files.isExecutable(part))) {
                    throw FolderUnusable.unreadable(part);
                }
            }
        } catch (AccessDeniedException denied) {
            throw FolderUnusable.unreadable(folder);
        } catch (IOException isNotThere) {
            // as the caller finds
        }
    }

    private static void privateFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException madeByAnotherProcess) {
            if (!Files.isDirectory(folder)) {
                throw madeByAnotherProcess;
            }
        }
    }

    /** A folder that its user made, usually readable by everybody: histories and objects come to lie in it. */
    private static void closeToOthers(Path folder) {
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException | UnsupportedOperationException notOurs) {
            // It is another user's, who decides about it.
        }
    }

    public Path root() {
        return root;
    }

    public Secrets secrets() {
        return secrets;
    }

    public Ports ports() {
        return ports;
    }

    /** The folder of this name below the data folder, made when it is missing. */
    public Path folder(String name) {
        Path folder = root.resolve(name);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FolderUnusable(folder, e);
        }
        return folder;
    }

    /** Where a part or a runnable writes its log. */
    public Path log(String name) {
        return root.resolve("logs").resolve(name + ".log");
    }

    /** The pid file of a part. */
    public Path pidFile(String name) {
        return root.resolve("run").resolve(name + ".pid");
    }

    public Path settings() {
        return root.resolve("slipway.yml");
    }

    /**
     * Takes the folder for one role of this process.
     *
     * @throws FolderInUse when another holder has it, with that one's pid
     */
    public FolderLock lock(String role) {
        return FolderLock.take(root, lockFile(role), role);
    }

    /** The pid of the process that holds a role, as it wrote it. */
    public Optional<String> holder(String role) {
        return FolderLock.holder(lockFile(role));
    }

    /** All roles that some process holds, with its pid. */
    public SortedMap<String, String> holders() {
        SortedMap<String, String> holders = new TreeMap<>();
        try (Stream<Path> files = Files.list(root.resolve("locks"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(LOCK))
                    .map(name -> name.substring(0, name.length() - LOCK.length()))
                    .forEach(role -> holder(role).ifPresent(pid -> holders.put(role, pid)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the locks of '" + root + "'", e);
        }
        return holders;
    }

    private Path lockFile(String role) {
        return root.resolve("locks").resolve(role + LOCK);
    }
}
