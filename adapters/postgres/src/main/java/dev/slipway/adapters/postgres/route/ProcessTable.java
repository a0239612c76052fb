package dev.slipway.adapters.postgres.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The processes of this machine, to identify a gateway's process and to find out whether it has ended. Linux only. */
public final class ProcessTable {

    private static final int START_TIME = 19; // field 22 of stat; the first two are cut off

    private ProcessTable() {}

    /** The id of the machine, which never changes; its host name if it has no id. */
    public static String hostId() {
        for (String file : new String[] {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
            String id = read(Path.of(file));
            if (id != null && !id.isBlank()) {
                return id.strip();
            }
        }
        // Read and not looked up: in a container the name may have no address.
        String name = read(Path.of("/proc/sys/kernel/hostname"));
        return name == null ? "localhost" : name.strip();
    }

    /** Changes with each boot of the machine. */
    public static String bootId() {
        String id = read(Path.of("/proc/sys/kernel/random/boot_id"));
        if (id == null) {
            throw new IllegalStateException("/proc/sys/kernel/random/boot_id cannot be read: Slipway needs Linux");
        }
        return id.strip();
    }

    /** The start time of the process in clock ticks since boot; null if there is none, or if it has ended and is a zombie. */
    public static @Nullable String startOf(long pid) {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        if (stat == null) {
            return null;
        }
        // The second field is the name in brackets and may contain anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[0].equals("Z") || fields[0].equals("X") ? null : fields[START_TIME];
    }

    /**
     * Whether the process has certainly ended: it ran on this machine, and either before its last boot or under a pid that is now free or
     * used by another process. False if that is not known here.
     */
    public static boolean hasEnded(String hostId, String bootId, long pid, String processStart) {
        if (!hostId.equals(hostId())) {
            return false;
        }
        return !bootId.equals(bootId()) || !processStart.equals(startOf(pid));
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return null;
        }
    }
}
