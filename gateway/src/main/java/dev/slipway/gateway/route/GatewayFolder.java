package dev.slipway.gateway.route;

import dev.slipway.adapters.postgres.route.IdentityFile;
import dev.slipway.adapters.postgres.route.ProcessTable;
import dev.slipway.domain.route.GatewayIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An identity: the folder {@code <data>/gateway/<n>/}, locked as long as its gateway lives. It outlives the process, so that a restarted
 * gateway is the same one and finds its copy of the routes.
 */
public final class GatewayFolder implements AutoCloseable {

    /** On Linux closing any descriptor of a file frees the process' locks on it: what this process holds is never opened again. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;
    private final long pid = ProcessHandle.current().pid();
    private final String processStart;
    private IdentityFile file;

    private GatewayFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
        this.processStart = Objects.requireNonNull(ProcessTable.startOf(pid), "this process is not in /proc");
        this.file = adopt(IdentityFile.read(path));
        file.write(path);
    }

    /** Takes the first identity that nobody holds. */
    public static GatewayFolder take(Path data) {
        try {
            for (int n = 1; ; n++) {
                Path path = data.resolve("gateway").resolve(Integer.toString(n)).toAbsolutePath();
                Files.createDirectories(path.resolve("routes"));
                GatewayFolder taken = tryTake(path);
                if (taken != null) {
                    return taken;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable GatewayFolder tryTake(Path path) throws IOException {
        if (!HELD_HERE.add(path)) {
            return null;
        }
        boolean taken = false;
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return null;
            }
            GatewayFolder folder = new GatewayFolder(path, channel);
            taken = true;
            return folder;
        } finally {
            if (!taken) {
                channel.close();
                HELD_HERE.remove(path);
            }
        }
    }

    /** The same identity for this process; a new one if there is none yet, or if the folder was copied from another machine. */
    private IdentityFile adopt(@Nullable IdentityFile found) {
        String host = ProcessTable.hostId();
        if (found == null || !found.hostId().equals(host)) {
            String fresh = "gateway-" + UUID.randomUUID();
            return new IdentityFile(fresh, host, ProcessTable.bootId(), pid, processStart, false);
        }
        return new IdentityFile(found.id(), host, ProcessTable.bootId(), pid, processStart, found.registered());
    }

    public String id() {
        return file.id();
    }

    /** Where the copies of the route documents lie. */
    public Path routes() {
        return path.resolve("routes");
    }

    /** Who this gateway is, serving at {@code address}. */
    public GatewayIdentity identity(String address, Instant now) {
        return new GatewayIdentity(file.id(), file.hostId(), file.bootId(), pid, processStart, address, now);
    }

    /** Whether the copy of the routes may be served: the gateway registered and has not said goodbye since. */
    public boolean isRegistered() {
        return file.registered();
    }

    /** Notes on the disk whether it is registered. */
    void registered(boolean registered) {
        if (file.registered() != registered) {
            file = new IdentityFile(file.id(), file.hostId(), file.bootId(), pid, processStart, registered);
            file.write(path);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_HERE.remove(path);
        }
    }
}
