package dev.slipway.cli.batch;

import dev.slipway.cli.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a job on this machine.
 *
 * @param files by their names below the input folder, in their order
 * @param areTables whether all are CSV tables
 */
record InputFiles(Map<String, Path> files, boolean areTables) {

    InputFiles {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /** A file, or all files of a folder. @throws CommandFailure if there is none, or tables and others are mixed */
    static InputFiles in(Path path) {
        Map<String, Path> found = new TreeMap<>();
        if (Files.isRegularFile(path)) {
            found.put(String.valueOf(path.getFileName()), path);
        } else if (Files.isDirectory(path)) {
            try (Stream<Path> all = Files.walk(path)) {
                all.filter(Files::isRegularFile)
                        .forEach(file -> found.put(path.relativize(file).toString(), file));
            } catch (IOException e) {
                throw new CommandFailure("folder '%s' cannot be read: %s".formatted(path, e.getMessage()));
            }
        }
        if (found.isEmpty()) {
            throw new CommandFailure("'%s': expected a file, or a folder with files, found none".formatted(path));
        }
        List<String> tables =
                found.keySet().stream().filter(name -> name.endsWith(".csv")).toList();
        if (!tables.isEmpty() && tables.size() < found.size()) {
            String other = found.keySet().stream()
                    .filter(name -> !name.endsWith(".csv"))
                    .findFirst()
                    .orElseThrow();
            throw new CommandFailure(
                    "'%s' has tables such as '%s' and other files such as '%s': a job sends either rows or whole files, so take them apart"
                            .formatted(path, tables.getFirst(), other));
        }
        return new InputFiles(found, !tables.isEmpty());
    }
}
