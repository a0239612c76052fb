package dev.slipway.gateway.route;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.adapters.postgres.route.IdentityFile;
import dev.slipway.domain.route.RouteDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The copy of the route documents on this machine's disk, one file for each service. A gateway uses it while the database is unavailable.
 */
final class RouteFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,99}");
    private static final String SUFFIX = ".json";

    private final Path folder;

    RouteFiles(Path folder) {
        this.folder = folder;
    }

    /** All readable documents; others are skipped. */
    List<RouteDocument> documents() {
        List<RouteDocument> documents = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    documents.add(PostgresJson.read(Files.readString(file), RouteDocument.class));
                } catch (JacksonException | IllegalArgumentException e) {
                    LOG.warn("route copy not readable file={} cause={}", file, e.getMessage());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return documents;
    }

    /** Writes the document durably. */
    void write(RouteDocument document) {
        IdentityFile.replace(file(document.service()), PostgresJson.write(document));
    }

    /** Removes the documents of all other services. */
    void keepOnly(Set<String> services) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!services.contains(name.substring(0, name.length() - SUFFIX.length()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the document of the service, if there is one. */
    void remove(String service) {
        try {
            Files.deleteIfExists(file(service));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String service) {
        if (!FILE_NAME.matcher(service).matches()) {
            throw new IllegalArgumentException("service '%s': expected an id fit for a file name".formatted(service));
        }
        return folder.resolve(service + SUFFIX);
    }
}
