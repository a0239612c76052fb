package dev.slipway.cli.model;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.model.ModelConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lint FOLDER}: the config.json of a package by the rules of the import, without an installation. Exit status 1 for a fault. */
@Command(
        name = "lint",
        description = "the config.json of a package by the rules of the import, without an installation")
public final class LintCommand implements Callable<Integer>, NeedsNoFolder {

    private final Screen screen;

    @Parameters(paramLabel = "FOLDER", description = "the folder of a package, with model/config.json in it")
    private Path folder = Path.of("");

    public LintCommand(PrintStream out) {
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        Path file = configOf(folder);
        ModelConfig config;
        try {
            config = ModelConfigReader.readFile(read(file));
        } catch (Invalid e) {
            throw new CommandFailure("'%s': %s".formatted(file, e.getMessage()));
        }
        screen.line("'%s' is good: model_type %s, runtime %s, %d api%s"
                .formatted(
                        file,
                        config.type().wireName(),
                        config.runtime() == null ? "by default" : config.runtime(),
                        config.apis().size(),
                        config.apis().size() == 1 ? "" : "s"));
        ModelConfigReader.warnings(config, true).forEach(warning -> screen.line("a warning: " + warning));
        screen.line("what only the import can tell: whether the code loads, and what needs pip");
        return 0;
    }

    /** Of the package's folder, or of the folder {@code model} itself. */
    private static Path configOf(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure("'%s' is no folder; give the folder of a package".formatted(folder));
        }
        for (Path each : List.of(folder, folder.resolve("model"))) {
            if (Files.isDirectory(each) && !(Files.isReadable(each) && Files.isExecutable(each))) {
                throw new CommandFailure("'%s': this user may not read it".formatted(each));
            }
        }
        Path inPackage = folder.resolve("model").resolve("config.json");
        if (Files.exists(inPackage)) {
            return inPackage;
        }
        Path inModel = folder.resolve("config.json");
        if (Files.exists(inModel)) {
            return inModel;
        }
        throw new CommandFailure("'%s' has no model/config.json, which every package needs".formatted(folder));
    }

    /** One byte more than the reader accepts is enough for a refusal. */
    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ModelConfigReader.LONGEST + 1);
        } catch (IOException e) {
            throw new CommandFailure("'%s' cannot be read: %s".formatted(file, e));
        }
    }

    @Override
    public String inPlaceOfFolder() {
        return "lint reads the package alone and needs no data folder";
    }
}
