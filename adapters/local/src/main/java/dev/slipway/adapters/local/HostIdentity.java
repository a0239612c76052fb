package dev.slipway.adapters.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine and its present boot, in the shim's form. A pid has a meaning only within both. */
record HostIdentity(String hostId, String bootId) {

    static HostIdentity read() {
        try {
            return new HostIdentity(
                    readHostId(),
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim());
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "this machine does not say its id and boot id; the local cluster needs Linux", failure);
        }
    }

    private static String readHostId() throws IOException {
        for (String name : new String[] {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
            Path file = Path.of(name);
            String text = Files.isReadable(file) ? Files.readString(file).trim() : "";
            if (!text.isEmpty()) {
                return text;
            }
        }
        // Read and not looked up: in a container the name may have no address.
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
    }
}
