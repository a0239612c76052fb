package dev.slipway.adapters.postgres.route;

import dev.slipway.domain.route.GatewayIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identities below a data folder, {@code <data>/gateway/<n>/}. A gateway has an identity as long as it holds its lock, even if the
 * database does not know of it: then it serves the copy of the routes in that folder.
 */
public final class IdentityFolders {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityFolders.class);

    private final Path gateways;

    /** @param data folder of the installation on this machine */
    public IdentityFolders(Path data) {
        this.gateways = data.resolve("gateway");
    }

    /**
     * Runs {@code effect} if the gateway has certainly ended: its process is gone, its identity is below this folder, and no process has
     * taken it since. Meanwhile the identity is locked, and its next process has to register before it serves. Does nothing if it is not
     * known whether the gateway has ended.
     *
     * @return whether it was run
     */
    public boolean runIfEnded(GatewayIdentity gateway, Runnable effect) {
        if (!ProcessTable.hasEnded(gateway.hostId(), gateway.bootId(), gateway.pid(), gateway.processStart())) {
            return false;
        }
        return withdraw(gateway.id(), effect);
    }

    /**
     * Runs {@code effect} if the identity is below this folder and no process has it. Meanwhile it is locked, and its next process has to
     * register before it serves.
     *
     * @return whether it was run
     */
    public boolean withdraw(String gatewayId, Runnable effect) {
        List<Path> folders = of(gatewayId);
        List<IdentityLock> locks = new ArrayList<>();
        try {
            for (Path folder : folders) {
                IdentityLock lock = IdentityLock.tryTake(folder);
                if (lock == null) {
                    return false;
                }
                locks.add(lock);
            }
            if (folders.isEmpty() || !folders.equals(of(gatewayId))) {
                return false;
            }
            // The disk first, so that after a crash in between no deregistered routes are served.
            folders.forEach(IdentityFolders::mustRegister);
            effect.run();
            return true;
        } finally {
            locks.forEach(IdentityLock::close);
        }
    }

    private static void mustRegister(Path folder) {
        IdentityFile file = IdentityFile.read(folder);
        if (file != null && file.registered()) {
            new IdentityFile(file.id(), file.hostId(), file.bootId(), file.pid(), file.processStart(), false)
                    .write(folder);
        }
    }

    /** Whether the identity is below this folder and a process has it, so that gateway is alive. */
    public boolean isTaken(String gatewayId) {
        for (Path folder : of(gatewayId)) {
            try (IdentityLock lock = IdentityLock.tryTake(folder)) {
                if (lock == null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The folders of one identity; several if the folder was copied. */
    private List<Path> of(String gatewayId) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(gateways)) {
            return found;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(gateways, Files::isDirectory)) {
            for (Path folder : folders) {
                if (is(folder, gatewayId)) {
                    found.add(folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(null);
        return found;
    }

    private static boolean is(Path folder, String gatewayId) {
        try {
            IdentityFile file = IdentityFile.read(folder);
            return file != null && file.id().equals(gatewayId);
        } catch (IllegalStateException e) {
            LOG.warn("identity not readable folder={} cause={}", folder, e.getMessage());
            return false;
        }
    }
}
