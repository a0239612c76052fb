package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where and in which boot of the machine this process runs.
 *
 * @param id the same for every process of one data folder on one machine, also after a reboot
 * @param bootId the kernel's id of this boot: another one means that every process remembered from before is gone
 */
public record Host(String id, String bootId) {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    public Host {
        if (id.isBlank() || bootId.isBlank()) {
            throw new IllegalArgumentException("host id and boot id must not be blank");
        }
    }

    /** The kernel's id of the present boot. */
    public static String currentBootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read '" + BOOT_ID + "': Slipway runs on Linux only", e);
        }
    }
}
