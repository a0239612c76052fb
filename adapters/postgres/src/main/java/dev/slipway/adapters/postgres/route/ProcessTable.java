package dev.slipway.adapters.postgres.route;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The processes of this machine, as a gateway tells of itself and as a proof of its death looks for it. Linux only. */
public final class ProcessTable {

    private static final int START_TIME = 19; // field 22 of stat; the first two are cut off

    private ProcessTable() {}

    /** The machine, for good; its name where it has no id. */
    public static String hostId() {
        for (String file : new String[] {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
            String id = read(Path.of(file));
            if (id != null && !id.isBlank()) {
                return id.strip();
            }
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "localhost";
        }
    }

    /** Changes with each boot of the machine. */
    public static String bootId() {
        String id = read(Path.of("/proc/sys/kernel/random/boot_id"));
        if (id == null) {
            throw new IllegalStateException("/proc/sys/kernel/random/boot_id cannot be read: Slipway needs Linux");
        }
        return id.strip();
    }

    /** When the process began, in clock ticks since boot; null if there is none, or one that has ended and is not yet reaped. */
    public static @Nullable String startOf(long pid) {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        if (stat == null) {
            return null;
        }
        // The second field is the name in brackets and may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[0].equals("Z") || fields[0].equals("X") ? null : fields[START_TIME];
    }

    /**
     * Whether the process has certainly ended: it ran on this machine, before its last boot, or under a pid that is free or another's
     * now. False where that cannot be told from here.
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
