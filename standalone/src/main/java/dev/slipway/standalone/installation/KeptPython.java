package dev.slipway.standalone.installation;

import dev.slipway.adapters.local.PythonInterpreter;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter of engines for which the settings name none: the first one that was found is kept in the data folder, so that a start
 * from another shell changes nothing.
 */
final class KeptPython {

    /** Where none is kept and none was found. */
    private static final String COMMAND = "python3";

    private final Path file;

    KeptPython(DataFolder folder) {
        this.file = folder.root().resolve("python");
    }

    /** The kept one, or the command that is searched for in PATH. Changes nothing. */
    String command() {
        try {
            return Files.exists(file) ? Files.readString(file).strip() : COMMAND;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read which Python models run with, from '" + file + "'", e);
        }
    }

    /** Keeps the one in PATH, if none is kept yet. */
    void keep() {
        String found = Files.exists(file) ? null : found();
        if (found == null) {
            return;
        }
        try {
            DurableFile.writeIfAbsent(file, found + "\n", "rw-r--r--");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep which Python models run with, in '" + file + "'", e);
        }
    }

    /** The interpreter that this shell starts; null if there is none that is new enough. */
    static @Nullable String found() {
        try {
            return PythonInterpreter.executableOf(COMMAND).orElse(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
