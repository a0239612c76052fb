package dev.slipway.adapters.postgres.route;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.route.GatewayIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * {@code <data>/gateway/<n>/identity.json}: who a gateway is, and which process last was it. A gateway that is cut off from the
 * database can be known by it to live, on the machine where it runs.
 *
 * @param registered false after a goodbye: then the copy of the routes beside it must not be served
 */
public record IdentityFile(String id, String hostId, String bootId, long pid, String processStart, boolean registered) {

    private static final String NAME = "identity.json";

    /** The file of an identity's folder, null if there is none. */
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

    /** Writes it durably: a reader sees the whole of it or the one before. */
    public void write(Path folder) {
        replace(folder.resolve(NAME), PostgresJson.write(this));
    }

    /** Those of all gateways that ever used the data folder. */
    public static List<IdentityFile> all(Path data) {
        Path gateways = data.resolve("gateway");
        List<IdentityFile> found = new ArrayList<>();
        if (!Files.isDirectory(gateways)) {
            return found;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(gateways, Files::isDirectory)) {
            for (Path folder : folders) {
                IdentityFile file = read(folder);
                if (file != null) {
                    found.add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /**
     * Whether the gateway has certainly ended: the process that registered ran on this machine and is gone, and so is the one that last
     * took its identity in this data folder. False where that cannot be told from here.
     */
    public static boolean provesDeathOf(GatewayIdentity gateway, Path data) {
        if (!ProcessTable.hasEnded(gateway.hostId(), gateway.bootId(), gateway.pid(), gateway.processStart())) {
            return false;
        }
        return all(data).stream()
                .filter(file -> file.id().equals(gateway.id()))
                .allMatch(file -> ProcessTable.hasEnded(file.hostId(), file.bootId(), file.pid(), file.processStart()));
    }

    /** Replaces a file durably: written beside, forced to the disk, renamed, and the folder forced too. */
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
