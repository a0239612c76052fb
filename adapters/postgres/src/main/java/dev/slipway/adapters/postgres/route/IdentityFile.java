package dev.slipway.adapters.postgres.route;

import dev.slipway.adapters.postgres.PostgresJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * {@code <data>/gateway/<n>/identity.json}: the identity of a gateway and its latest process. On its machine it shows whether a gateway is
 * alive that cannot reach the database.
 *
 * @param registered false after the gateway has deregistered: then the copy of the routes beside it must not be served
 */
public record IdentityFile(String id, String hostId, String bootId, long pid, String processStart, boolean registered) {

    private static final String NAME = "identity.json";

    /** The file in an identity's folder; null if there is none. */
    public static @Nullable IdentityFile read(Path folder) {
        try {
            return PostgresJson.read(Files.readString(folder.resolve(NAME)), IdentityFile.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JacksonException e) {
            throw new IllegalStateException(
                    "'%s' is not an identity that Slipway wrote: move the folder away".formatted(folder.resolve(NAME)),
                    e);
        }
    }

    /** Writes it durably. A reader sees the complete new file or the old one. */
    public void write(Path folder) {
        replace(folder.resolve(NAME), PostgresJson.write(this));
    }

    /** Replaces a file durably: writes a file beside it, forces it to disk, renames it, and forces the folder to disk too. */
    public static void replace(Path file, String text) {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Path folder = file.toAbsolutePath().getParent();
        try {
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (folder != null) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
