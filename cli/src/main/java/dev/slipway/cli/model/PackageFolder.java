package dev.slipway.cli.model;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.formats.model.ModelConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A package on this machine.
 *
 * @param model its folder {@code model}
 */
record PackageFolder(Path model) {

    private static final String CONFIG = "config.json";
    private static final Set<String> PASSED_OVER =
            Set.of(".git", "__pycache__", ".ipynb_checkpoints", ".venv", "node_modules");
    private static final int MOST_FILES = 20_000;

    /** The one at that path: the folder of a package, its folder {@code model}, or the config.json in it. */
    static PackageFolder at(Path path) {
        if (Files.isRegularFile(path) && path.endsWith(CONFIG)) {
            return new PackageFolder(path.toAbsolutePath().resolveSibling(""));
        }
        if (!Files.isDirectory(path)) {
            throw new CommandFailure("'%s' is no folder; give the folder of a package".formatted(path));
        }
        for (Path each : List.of(path, path.resolve("model"))) {
            if (Files.isDirectory(each) && !(Files.isReadable(each) && Files.isExecutable(each))) {
                throw new CommandFailure("'%s': this user may not read it".formatted(each));
            }
        }
        for (Path folder : List.of(path.resolve("model"), path)) {
            if (Files.exists(folder.resolve(CONFIG))) {
                return new PackageFolder(folder);
            }
        }
        throw new CommandFailure("'%s' has no model/config.json, which every package needs".formatted(path));
    }

    Path config() {
        return model.resolve(CONFIG);
    }

    /** One byte more than the reader accepts is enough for a refusal. */
    byte[] readConfig() {
        try (InputStream in = Files.newInputStream(config())) {
            return in.readNBytes(ModelConfigReader.LONGEST + 1);
        } catch (IOException e) {
            throw new CommandFailure("'%s' cannot be read: %s".formatted(config(), e));
        }
    }

    /** The paths of its files below {@code model}, without caches of tools. */
    List<String> files() {
        List<String> files = new ArrayList<>();
        try {
            // The folder itself may be a link, which is not followed below.
            Path root = model.toRealPath();
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return !folder.equals(root)
                                    && PASSED_OVER.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(root.relativize(file).toString());
                    return files.size() < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new CommandFailure("'%s' cannot be read: %s".formatted(model, e));
        }
        return files.stream().sorted().toList();
    }
}
