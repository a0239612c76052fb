package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that this process runs on. */
public final class Host {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Host() {}

    /** The kernel's id of the present boot. If it differs, every process of an earlier boot is gone. */
    public static String currentBootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read '" + BOOT_ID + "': Slipway runs on Linux only", e);
        }
    }
}
