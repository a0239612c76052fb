package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Everything that one installation keeps on disk. The folder is readable by its owner only and may be copied as a whole while
 * nothing runs on it.
 */
public final class DataFolder {

    private final Path root;
    private final Secrets secrets;
    private final Ports ports;

    private DataFolder(Path root) {
        this.root = root;
        this.secrets = new Secrets(root.resolve("secrets"));
        this.ports = new Ports(root.resolve("ports"));
    }

    /** Opens the folder and makes what is missing of its layout. Takes no lock. */
    public static DataFolder open(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root.getParent() == null ? root : root.getParent());
            privateFolder(root);
            // A link in the way would make the same folder look like two.
            root = root.toRealPath();
            for (String name : new String[] {"secrets", "locks", "run", "logs"}) {
                privateFolder(root.resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the data folder '" + root + "'", e);
        }
        return new DataFolder(root);
    }

    /** The folder if an installation was ever started in it. */
    public static Optional<DataFolder> existing(Path folder) {
        return Files.isDirectory(folder.resolve("locks")) && Files.isDirectory(folder.resolve("secrets"))
                ? Optional.of(open(folder))
                : Optional.empty();
    }

    private static void privateFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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
            throw new UncheckedIOException("cannot make the folder '" + folder + "'", e);
        }
        return folder;
    }

    /** Where a part or a runnable writes its log. */
    public Path log(String name) {
        return root.resolve("logs").resolve(name + ".log");
    }

    /** The file that remembers the process of a part. */
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
        return FolderLock.isHeld(lockFile(role)) ? Optional.of(FolderLock.holder(lockFile(role))) : Optional.empty();
    }

    private Path lockFile(String role) {
        return root.resolve("locks").resolve(role + ".lock");
    }

    /** The identity of this machine for this folder; a copy of the folder on another machine has another. */
    public synchronized Host host() {
        Path file = root.resolve("host-id");
        try {
            if (!Files.exists(file)) {
                DurableFile.write(file, UUID.randomUUID() + "\n", "rw-r--r--");
            }
            return new Host(
                    digest(Files.readString(file).strip() + machineId()).substring(0, 16), Host.currentBootId());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the host id '" + file + "'", e);
        }
    }

    private static String machineId() throws IOException {
        Path file = Path.of("/etc/machine-id");
        return Files.isReadable(file) ? Files.readString(file).strip() : "";
    }

    private static String digest(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
