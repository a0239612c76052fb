package dev.slipway.gateway.route;

import dev.slipway.domain.instance.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of the instances on this machine that the routes name. An instance under a shim ends some minutes after the last process that
 * uses it stopped touching its lease. That needs no database, so the instances of a gateway live as long as the gateway.
 */
public final class InstanceLeases {

    private static final Logger LOG = LoggerFactory.getLogger(InstanceLeases.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    private final Path instances;
    private final Clock clock;
    private Instant next = Instant.MIN;

    /** @param data folder of the installation on this machine */
    public InstanceLeases(Path data, Clock clock) {
        this.instances = data.resolve("instances");
        this.clock = clock;
    }

    /** Touches the lease of each instance that runs on this machine, at most twice a minute. */
    void touch(Supplier<Set<InstanceId>> used) {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(EVERY);
        for (InstanceId instance : used.get()) {
            Path folder = instances.resolve(instance.toString());
            if (Files.isDirectory(folder)) {
                touch(folder.resolve("lease"), now);
            }
        }
    }

    private static void touch(Path lease, Instant now) {
        try {
            if (!Files.exists(lease)) {
                Files.createFile(
                        lease, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.setLastModifiedTime(lease, FileTime.from(now));
        } catch (IOException e) {
            // The folder may just have been removed. A lease that cannot be written is tried again in half a minute.
            LOG.warn("lease not touched file={} cause={}", lease, e.toString());
        }
    }
}
