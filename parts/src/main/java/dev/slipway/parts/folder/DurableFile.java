package dev.slipway.parts.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/** Small files that are completely old or completely new after a crash. */
public final class DurableFile {

    private DurableFile() {}

    /** Writes the text beside the file, forces it to disk and renames it. Permissions as {@code rw-------}. */
    public static void write(Path file, String text, String permissions) throws IOException {
        Files.move(
                fresh(file, text, permissions),
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * The same, but an existing file stays unchanged, also if another process creates it concurrently: of concurrent calls, one writes.
     *
     * @return whether this call wrote it
     */
    public static boolean writeIfAbsent(Path file, String text, String permissions) throws IOException {
        Path fresh = fresh(file, text, permissions);
        try {
            Files.createLink(file, fresh);
            return true;
        } catch (FileAlreadyExistsException another) {
            return false;
        } finally {
            Files.delete(fresh);
        }
    }

    private static Path fresh(Path file, String text, String permissions) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + "."
                + ProcessHandle.current().pid() + "." + Thread.currentThread().threadId() + ".tmp");
        Files.deleteIfExists(fresh);
        EnumSet<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        try (FileChannel channel = FileChannel.open(fresh, options, mode)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return fresh;
    }
}
