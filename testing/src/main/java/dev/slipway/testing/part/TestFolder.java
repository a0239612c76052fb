package dev.slipway.testing.part;

import dev.slipway.parts.Part;
import dev.slipway.parts.folder.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The temporary data folder of this test JVM and the parts that live in it. */
final class TestFolder {

    private static final TestFolder SHARED = make();

    private final DataFolder folder;
    private final List<Part> parts = new ArrayList<>();

    private TestFolder(DataFolder folder) {
        this.folder = folder;
    }

    private static TestFolder make() {
        try {
            // Several test JVMs run at once, so each searches its ports in another range.
            if (System.getProperty("slipway.ports.from") == null) {
                long place = 10_000 + (ProcessHandle.current().pid() * 7919 % 1500) * 10;
                System.setProperty("slipway.ports.from", Long.toString(place));
            }
            TestFolder made = new TestFolder(DataFolder.open(Files.createTempDirectory("slipway-test-parts-")));
            Runtime.getRuntime().addShutdownHook(new Thread(made::close, "stop-test-parts"));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder", e);
        }
    }

    static DataFolder shared() {
        return SHARED.folder;
    }

    /** Starts the part now and stops it when the JVM ends. */
    static void run(Part part) {
        synchronized (SHARED) {
            SHARED.parts.add(part);
        }
        part.start();
    }

    private synchronized void close() {
        parts.reversed().forEach(Part::stop);
        deleteAll(folder.root());
    }

    static void deleteAll(Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException somebodyStillWrites) {
            System.err.println("left behind: " + tree + ": " + somebodyStillWrites);
        }
    }
}
