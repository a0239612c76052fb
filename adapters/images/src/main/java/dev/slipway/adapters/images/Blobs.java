package dev.slipway.adapters.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
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
    <T> Written<T> write(Filling<T> content) throws IOException {
        Files.createDirectories(folder);
        Path aside = Files.createTempFile(folder, ".new-", ".tmp");
        try {
            MessageDigest digest = sha256();
            T result;
            long size;
            try (FileChannel out = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                result = content.writeTo(out, digest);
                size = out.size();
                out.force(true);
            }
            String hex = HexFormat.of().formatHex(digest.digest());
            LayoutLock.holding(
                    layout,
                    () -> Files.move(
                            aside, path(hex), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
            Durable.force(folder);
            return new Written<>(new Blob(hex, size), result);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /** An empty file for a blob that is not kept; whoever asks for it removes it. */
    Path temporary() throws IOException {
        Files.createDirectories(folder);
        return Files.createTempFile(folder, ".new-", ".tmp");
    }

    /** The same by a stream. */
    Blob writeStream(Content content) throws IOException {
        return write((channel, digest) -> {
                    OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest);
                    content.writeTo(out);
                    return out;
                })
                .blob();
    }

    Blob write(String text) throws IOException {
        return writeStream(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Shows by its time that a blob is in use now, so that it is not removed; false if there is none. */
    boolean use(String hex) throws IOException {
        return LayoutLock.holding(layout, () -> {
            try {
                Files.setLastModifiedTime(path(hex), FileTime.from(Instant.now()));
                return true;
            } catch (NoSuchFileException none) {
                return false;
            }
        });
    }

    /** A part of a blob, not verified. */
    InputStream open(String hex, long offset, long size) throws IOException {
        return new Part(channel(hex), offset, size);
    }

    private static final class Part extends InputStream {

        private final FileChannel channel;
        private final long end;
        private long at;

        Part(FileChannel channel, long offset, long size) {
            this.channel = channel;
            this.at = offset;
            this.end = offset + size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count =
                    at >= end ? -1 : channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, end - at)), at);
            at += Math.max(count, 0);
            return count;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    FileChannel channel(String hex) throws IOException {
        return FileChannel.open(path(hex), StandardOpenOption.READ);
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

    Path path(String hex) {
        return folder.resolve(hex);
    }

    /** The content to write. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** The content to write, and what its writer says of it. */
    @FunctionalInterface
    interface Filling<T> {
        /** Gives all that it writes to the digest too. */
        T writeTo(FileChannel out, MessageDigest digest) throws IOException;
    }

    /** What was written, and what its writer says of it. */
    record Written<T>(Blob blob, T result) {}

    /** A blob that is kept. */
    record Blob(String hex, long size) {}
}
