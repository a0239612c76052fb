package dev.slipway.parts.process;

import dev.slipway.parts.folder.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Identifies a process, also after its pid was reused.
 *
 * @param pid number of the process
 * @param startTicks when it started, in clock ticks since the boot (field 22 of /proc/PID/stat)
 * @param bootId the boot in which it started
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {

    /** The running process with this pid; empty if there is none or it is a zombie. */
    public static Optional<ProcessIdentity> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The second field is the name in parentheses and may hold spaces and parentheses itself.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            if (fields[0].equals("Z") || fields[0].equals("X")) {
                return Optional.empty();
            }
            return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[19]), Host.currentBootId()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    public boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }
}
