package dev.slipway.parts.folder;

import java.nio.file.Path;

/** Another process works on the data folder in the same role. */
public final class FolderInUse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String pid;

    FolderInUse(Path folder, String role, String pid) {
        super(
                ("data folder '%s' is in use: process %s holds it as '%s'; stop that one (./slipway down --data %s) or choose another"
                                + " folder by --data")
                        .formatted(folder, pid, role, folder));
        this.pid = pid;
    }

    /** The process that holds the folder, or {@code unknown}. */
    public String pid() {
        return pid;
    }
}
