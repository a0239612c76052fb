package dev.slipway.adapters.images;

import dev.slipway.domain.image.PullSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Where images are pulled from again that are not copied: {@code known/sources/<digest>}. */
final class PulledSources {

    private final Path folder;

    PulledSources(Path layout) {
        this.folder = layout.resolve("known").resolve("sources");
    }

    void note(String hex, PullSource source) throws IOException {
        Files.createDirectories(folder);
        Durable.replace(folder.resolve(hex), source.toString());
    }

    void forget(String hex) throws IOException {
        Files.deleteIfExists(folder.resolve(hex));
    }

    Optional<PullSource> of(String hex) throws IOException {
        try {
            return Optional.of(PullSource.parse(Files.readString(folder.resolve(hex)), ""));
        } catch (NoSuchFileException copied) {
            return Optional.empty();
        }
    }

    /** Forgets those of images that are gone. */
    void forgetWithout(Predicate<String> isKept) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> notes = Files.list(folder)) {
            for (Path note : (Iterable<Path>) notes::iterator) {
                String name = note.getFileName().toString();
                if (!name.startsWith(".") && !isKept.test(name)) {
                    Files.deleteIfExists(note);
                }
            }
        }
    }
}
