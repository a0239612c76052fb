package dev.slipway.activities.model;

import dev.slipway.activities.storage.WorkFolder;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.formats.imports.ImportReport;
import dev.slipway.formats.imports.PackageImports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Tells at once every module that a package imports and its environment does not have, with its name for pip, before anything of the package
 * is started. It refuses nothing: code may find modules in ways that only a start shows, and the trial start follows.
 */
final class PackageImportsCheck {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MOST_BYTES = 32L << 20;

    private final EventStore events;
    private final Clock clock;

    PackageImportsCheck(EventStore events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /** Records an event for what keeps the package from starting, and one for hints; each text once for a model. */
    void tell(Model model, PackageListing listing, Environment environment, ObjectStore objects)
            throws InterruptedException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("slipway-imports-");
            List<String> paths = listing.files().stream().map(listing::pathOf).toList();
            download(listing, objects, folder);
            Optional<ImportReport> report = new PackageImports(environment.interpreter(), LIMIT).look(folder, paths);
            report.ifPresent(found -> {
                record(model, found.faults(List.of(), List.of()));
                record(model, found.hints(List.of(), List.of()));
            });
        } catch (IOException failure) {
            throw new UncheckedIOException("the code of the package cannot be looked at", failure);
        } finally {
            if (folder != null) {
                WorkFolder.remove(folder);
            }
        }
    }

    private void record(Model model, List<String> found) {
        if (!found.isEmpty()) {
            events.record(ImportEvents.oddImports(model.id(), String.join("; ", found), clock.instant()));
        }
    }

    /** The code alone, as long as it has a usual size. */
    private static void download(PackageListing listing, ObjectStore objects, Path folder) throws IOException {
        List<StoredObject> code = new ArrayList<>();
        long bytes = 0;
        for (StoredObject file : listing.files()) {
            bytes += isCode(listing, file) ? file.size() : 0;
            if (isCode(listing, file) && bytes <= MOST_BYTES) {
                code.add(file);
            }
        }
        for (StoredObject file : code) {
            Path copy = folder.resolve(listing.pathOf(file)).normalize();
            Optional<InputStream> opened = copy.startsWith(folder) ? objects.openVersion(file, 0) : Optional.empty();
            if (opened.isPresent()) {
                try (InputStream in = opened.get()) {
                    Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                    Files.copy(in, copy);
                }
            }
        }
    }

    private static boolean isCode(PackageListing listing, StoredObject file) {
        return listing.pathOf(file).endsWith(PackageImports.SUFFIX);
    }
}
