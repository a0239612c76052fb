package dev.slipway.gateway.route;

import dev.slipway.adapters.postgres.route.IdentityFile;
import dev.slipway.adapters.postgres.route.IdentityLock;
import dev.slipway.adapters.postgres.route.ProcessTable;
import dev.slipway.domain.route.GatewayIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a gateway: the folder {@code <data>/gateway/<n>/}, locked while its gateway runs. It outlives the process, so that a
 * restarted gateway has the same identity and finds its copy of the routes.
 */
public final class GatewayFolder implements AutoCloseable {

    private final Path path;
    private final IdentityLock lock;
    private final long pid = ProcessHandle.current().pid();
    private final String processStart;
    private IdentityFile file;

    private GatewayFolder(Path path, IdentityLock lock) {
        this.path = path;
        this.lock = lock;
        this.processStart = Objects.requireNonNull(ProcessTable.startOf(pid), "this process is not in /proc");
        this.file = adopt(IdentityFile.read(path));
        file.write(path);
    }

    /** Takes the first identity that is free; identities whose copy of the routes may be served come first. */
    public static GatewayFolder take(Path data) {
        Path gateways = data.resolve("gateway").toAbsolutePath();
        for (int n = 1; Files.isDirectory(numbered(gateways, n)); n++) {
            IdentityFile found = IdentityFile.read(numbered(gateways, n));
            GatewayFolder taken = found != null && found.registered() ? tryTake(numbered(gateways, n)) : null;
            if (taken != null) {
                return taken;
            }
        }
        for (int n = 1; ; n++) {
            GatewayFolder taken = tryTake(numbered(gateways, n));
            if (taken != null) {
                return taken;
            }
        }
    }

    private static Path numbered(Path gateways, int n) {
        return gateways.resolve(Integer.toString(n));
    }

    private static @Nullable GatewayFolder tryTake(Path path) {
        try {
            Files.createDirectories(path.resolve("routes"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        IdentityLock lock = IdentityLock.tryTake(path);
        if (lock == null) {
            return null;
        }
        GatewayFolder folder = null;
        try {
            folder = new GatewayFolder(path, lock);
            return folder;
        } finally {
            if (folder == null) {
                lock.close();
            }
        }
    }

    /** The identity in the file, for this process. A new one if there is none yet or if the folder was copied from another machine. */
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

    /** The folder with the copies of the route documents. */
    public Path routes() {
        return path.resolve("routes");
    }

    /** The identity of this gateway, serving at {@code address}. */
    public GatewayIdentity identity(String address, Instant now) {
        return new GatewayIdentity(file.id(), file.hostId(), file.bootId(), pid, processStart, address, now);
    }

    /** Whether the copy of the routes may be served: the gateway registered and has not deregistered since. */
    public boolean isRegistered() {
        return file.registered();
    }

    /** Records on the disk whether it is registered. */
    void registered(boolean registered) {
        if (file.registered() != registered) {
            file = new IdentityFile(file.id(), file.hostId(), file.bootId(), pid, processStart, registered);
            file.write(path);
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
