package dev.slipway.standalone.installation;

import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.DurableFile;
import dev.slipway.standalone.settings.Settings;
import dev.slipway.standalone.settings.SettingsProblem;
import dev.slipway.standalone.settings.SettingsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A copy of the settings that the last start of a folder used, readable by its owner only. */
final class SettingsOfStart {

    private final Path file;

    SettingsOfStart(DataFolder folder) {
        this.file = folder.root().resolve("run").resolve("slipway.yml");
    }

    void keep(String text) {
        try {
            DurableFile.write(file, text, "rw-------");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the settings of this start '" + file + "'", e);
        }
    }

    /** Empty if none are kept, or an older Slipway kept what this one does not know. */
    Optional<Settings> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SettingsReader.read(file.toString(), SettingsReader.textOf(file)));
        } catch (SettingsProblem ofAnotherVersion) {
            return Optional.empty();
        }
    }
}
