package dev.slipway.gateway.route;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.adapters.postgres.route.IdentityFile;
import dev.slipway.domain.route.RouteDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * The copy of the route documents on this machine's disk. A gateway uses it while the database is unavailable. A document that comes alone
 * has a file of its own; many that come together, as after an outage, are one file, so that they cost one write to the disk. Of two copies
 * of a document the later revision counts.
 */
final class RouteFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,99}");
    private static final String SUFFIX = ".json";
    /** The name of no service. */
    private static final String TOGETHER = "_together" + SUFFIX;

    private static final TypeReference<List<RouteDocument>> DOCUMENTS = new TypeReference<>() {};

    private final Path folder;

    RouteFiles(Path folder) {
        this.folder = folder;
    }

    /** The latest readable copy of each document; others are skipped. */
    List<RouteDocument> documents() {
        Map<String, RouteDocument> latest = new LinkedHashMap<>(together());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                if (!file.endsWith(TOGETHER)) {
                    RouteDocument document = read(file, text -> PostgresJson.read(text, RouteDocument.class));
                    if (document != null) {
                        latest.merge(document.service(), document, RouteFiles::later);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(latest.values());
    }

    private static RouteDocument later(RouteDocument one, RouteDocument other) {
        return other.revision() >= one.revision() ? other : one;
    }

    private Map<String, RouteDocument> together() {
        Map<String, RouteDocument> byService = new LinkedHashMap<>();
        Path file = folder.resolve(TOGETHER);
        if (Files.exists(file)) {
            List<RouteDocument> documents = read(file, text -> PostgresJson.read(text, DOCUMENTS));
            if (documents != null) {
                documents.forEach(document -> byService.put(document.service(), document));
            }
        }
        return byService;
    }

    private static <T> @Nullable T read(Path file, Function<String, T> parser) {
        try {
            return parser.apply(Files.readString(file));
        } catch (JacksonException | IllegalArgumentException e) {
            LOG.warn("route copy not readable file={} cause={}", file, e.getMessage());
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the documents durably, all or none of them, by one file. */
    void write(List<RouteDocument> documents) {
        if (documents.isEmpty()) {
            return;
        }
        Map<String, RouteDocument> together = together();
        if (documents.size() == 1) {
            RouteDocument alone = documents.getFirst();
            IdentityFile.replace(file(alone.service()), PostgresJson.write(alone));
            RouteDocument other = together.get(alone.service());
            // Revisions go back when the database is restored from a backup.
            if (other != null && other.revision() >= alone.revision()) {
                together.remove(alone.service());
                writeTogether(together);
            }
            return;
        }
        documents.forEach(document -> together.put(document.service(), document));
        writeTogether(together);
        documents.forEach(document -> delete(file(document.service())));
    }

    private void writeTogether(Map<String, RouteDocument> together) {
        Path file = folder.resolve(TOGETHER);
        if (together.isEmpty()) {
            delete(file);
        } else {
            IdentityFile.replace(file, PostgresJson.write(List.copyOf(together.values())));
        }
    }

    /** Removes the documents of all other services. */
    void keepOnly(Set<String> services) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.equals(TOGETHER) && !services.contains(name.substring(0, name.length() - SUFFIX.length()))) {
                    delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        removeTogether(service -> !services.contains(service));
    }

    /** Removes the documents of these services, if there are any. */
    void remove(Set<String> services) {
        if (!services.isEmpty()) {
            services.forEach(service -> delete(file(service)));
            removeTogether(services::contains);
        }
    }

    private void removeTogether(Predicate<String> gone) {
        Map<String, RouteDocument> together = together();
        if (together.keySet().removeIf(gone)) {
            writeTogether(together);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
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
