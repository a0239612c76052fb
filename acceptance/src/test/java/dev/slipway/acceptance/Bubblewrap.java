package dev.slipway.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The program {@code bwrap}, without a right to install it: Debian's package, unpacked below {@code target}. */
final class Bubblewrap {

    private static final Path FOLDER = Path.of("target", "bubblewrap").toAbsolutePath();

    private Bubblewrap() {}

    /** The folder with the program; empty if it is neither installed nor can be had. */
    static Optional<Path> folder() throws IOException, InterruptedException {
        for (String each : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(each, "bwrap"))) {
                return Optional.of(Path.of(each));
            }
        }
        Path programs = FOLDER.resolve("usr/bin");
        if (!Files.isExecutable(programs.resolve("bwrap"))) {
            Files.createDirectories(FOLDER);
            if (!run("apt-get", "download", "bubblewrap")) {
                boolean isUpdated = run("apt-get", "update", "-q");
                if (!isUpdated || !run("apt-get", "download", "bubblewrap")) {
                    return Optional.empty();
                }
            }
            try (Stream<Path> files = Files.list(FOLDER)) {
                Path archive = files.filter(file -> file.toString().endsWith(".deb"))
                        .findFirst()
                        .orElseThrow();
                run("dpkg", "-x", archive.toString(), FOLDER.toString());
            }
        }
        return Files.isExecutable(programs.resolve("bwrap")) ? Optional.of(programs) : Optional.empty();
    }

    private static boolean run(String... words) throws IOException, InterruptedException {
        return new ProcessBuilder(List.of(words))
                        .directory(FOLDER.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(FOLDER.resolve("log").toFile())
                        .start()
                        .waitFor()
                == 0;
    }
}
