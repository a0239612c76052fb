package dev.slipway.adapters.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The size of the files below a folder. */
final class FolderSize {

    private FolderSize() {}

    /** In bytes. Neither files that disappear meanwhile count, nor those that have another name elsewhere: they take nothing here. */
    static long of(Path folder) {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(FolderSize::size)
                    .sum();
        } catch (IOException | UncheckedIOException goneMeanwhile) {
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:nlink") > 1 ? 0 : Files.size(file);
        } catch (IOException goneMeanwhile) {
            return 0;
        }
    }
}
