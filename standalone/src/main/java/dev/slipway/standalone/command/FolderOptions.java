package dev.slipway.standalone.command;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.shell.ShellWord;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which installation a command is about. */
final class FolderOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "the data folder (default ./data)")
    private Path data = Path.of("data");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "the settings (default DIR/slipway.yml, else ./slipway.yml)")
    private @Nullable Path config;

    Path data() {
        return data;
    }

    @Nullable
    Path config() {
        return config;
    }

    /** The installation, whatever its settings say; empty if nothing was ever started in the folder. */
    Optional<Installation> found() {
        return DataFolder.existing(data).map(folder -> Installation.found(folder, config));
    }

    /** @throws CommandFailure if nothing was ever started in the folder */
    Installation required() {
        return found().orElseThrow(() ->
                new CommandFailure("nothing was ever started in '%s'; start it with: ./slipway up --data %s"
                        .formatted(data, ShellWord.path(data))));
    }
}
