package dev.slipway.parts.folder;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;

/** The data folder, or one below it, cannot be created, read or used; the message says why and what to do. */
public final class FolderUnusable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FolderUnusable(Path folder, IOException cause) {
        super(
                "data folder '%s' cannot be made: %s; choose another by --data, below a folder that this user may write to"
                        .formatted(folder, words(cause)),
                cause);
    }

    private FolderUnusable(String message) {
        super(message);
    }

    static FolderUnusable unreadable(Path folder) {
        return new FolderUnusable(
                "data folder '%s': this user may not read it; run the command as its owner, or choose another by --data"
                        .formatted(folder));
    }

    private static String words(IOException cause) {
        return switch (cause) {
            case FileAlreadyExistsException file -> "'%s' is a file".formatted(file.getFile());
            case NotDirectoryException file -> "'%s' is a file".formatted(file.getFile());
            case AccessDeniedException denied -> "this user may not write to '%s'".formatted(denied.getFile());
            case FileSystemException refused ->
                "'%s': %s"
                        .formatted(
                                refused.getFile(),
                                Objects.requireNonNullElse(refused.getReason(), "the file system refuses it"));
            default -> String.valueOf(cause.getMessage());
        };
    }
}
