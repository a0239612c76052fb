package dev.slipway.adapters.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Content-addressed blobs {@code blobs/sha256/<digest>}: written to a temporary file, then renamed, so that a name always has its complete
 * content.
 */
final class Blobs {

    private final Path layout;
    private final Path folder;

    Blobs(Path layout) {
        this.layout = layout;
        this.folder = layout.resolve("blobs").resolve("sha256");
    }

    /**
     * Writes the blob, also over an existing one: its name is its digest, so two writers do no harm, and the new file time shows that it is
     * in use now. Renamed under the lock, so that the removal of an old blob of this name cannot take the new one.
     */
    Blob write(Content content) throws IOException {
        Files.createDirectories(folder);
        Path aside = Files.createTempFile(folder, ".new-", ".tmp");
        try {
            MessageDigest digest = sha256();
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(aside), digest)) {
                content.writeTo(out);
            }
            String hex = HexFormat.of().formatHex(digest.digest());
            long size = Files.size(aside);
            Durable.force(aside);
            LayoutLock.holding(
                    layout,
                    () -> Files.move(
                            aside, path(hex), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
            Durable.force(folder);
            return new Blob(hex, size);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    boolean contains(String hex) {
        return Files.isRegularFile(path(hex));
    }

    long size(String hex) throws IOException {
        return Files.size(path(hex));
    }

    /** A small blob's bytes, verified. */
    byte[] read(String hex) throws IOException {
        byte[] bytes = Files.readAllBytes(path(hex));
        verify(hex, HexFormat.of().formatHex(sha256().digest(bytes)));
        return bytes;
    }

    InputStream open(String hex) throws IOException {
        return Files.newInputStream(path(hex));
    }

    static void verify(String expected, String found) throws IOException {
        if (!expected.equals(found)) {
            throw new IOException(
                    "image blob sha256:%s is damaged: its content has sha256:%s".formatted(expected, found));
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private Path path(String hex) {
        return folder.resolve(hex);
    }

    /** The content to write. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A blob that is kept. */
    record Blob(String hex, long size) {}
}
