package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.storage.StoredObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which objects are kept already, and where: known is an object of one project with the same bucket, key, size and etag. A layer is known
 * by the objects that it was made of; one object is known by its place in a layer. Both are files that are replaced whole; what is lost by two writers at once
 * is read again.
 */
final class KnownContents {

    private static final int FIELDS = 5;

    private final Path layers;
    private final Path objects;

    KnownContents(Path layout) {
        this.layers = layout.resolve("known").resolve("layers");
        this.objects = layout.resolve("known").resolve("objects");
    }

    /** Where the bytes of an object lie in a layer. */
    record Place(String layer, long offset) {}

    /** The layer that was made of the same versions of the same objects; its blob may be gone. */
    Optional<String> layerOf(ModelLayer layer) throws IOException {
        String key = key(layer);
        return key == null ? Optional.empty() : read(layers.resolve(key)).map(String::strip);
    }

    /** The places of those files that are known; their blobs may be gone. */
    Map<ImageFile, Place> placesOf(List<ImageFile> files) throws IOException {
        Map<Path, Map<String, String>> read = new HashMap<>();
        Map<ImageFile, Place> found = new HashMap<>();
        for (ImageFile file : files) {
            ImageFile.Origin origin = file.origin();
            if (origin == null) {
                continue;
            }
            Path path = fileOf(origin);
            Map<String, String> lines = read.get(path);
            if (lines == null) {
                lines = linesOf(path);
                read.put(path, lines);
            }
            String line = lines.get(nameOf(origin));
            if (line != null) {
                String[] fields = line.split(" ", -1);
                if (fields.length == FIELDS && versionOf(origin).equals(fields[1] + " " + fields[2])) {
                    found.put(file, new Place(fields[3], Long.parseLong(fields[4])));
                }
            }
        }
        return found;
    }

    void note(String hex, ModelLayer layer, List<ModelLayer.Place> places) throws IOException {
        Map<Path, Map<String, String>> changed = new HashMap<>();
        for (ModelLayer.Place place : places) {
            ImageFile.Origin origin = place.file().origin();
            if (origin == null) {
                continue;
            }
            Path path = fileOf(origin);
            Map<String, String> lines = changed.get(path);
            if (lines == null) {
                lines = linesOf(path);
                changed.put(path, lines);
            }
            lines.put(nameOf(origin), "%s %s %s %d".formatted(nameOf(origin), versionOf(origin), hex, place.offset()));
        }
        for (Map.Entry<Path, Map<String, String>> each : changed.entrySet()) {
            replace(each.getKey(), String.join("\n", each.getValue().values()) + "\n");
        }
        String key = key(layer);
        if (key != null) {
            replace(layers.resolve(key), hex);
        }
    }

    /** Forgets what lay in layers that are gone. */
    void forget(Predicate<String> isKept) throws IOException {
        for (Path file : list(layers)) {
            if (!isKept.test(read(file).orElse("").strip())) {
                Files.deleteIfExists(file);
            }
        }
        for (Path file : list(objects)) {
            Map<String, String> lines = linesOf(file);
            int before = lines.size();
            lines.values().removeIf(line -> {
                String[] fields = line.split(" ", -1);
                return fields.length != FIELDS || !isKept.test(fields[3]);
            });
            if (lines.isEmpty()) {
                Files.deleteIfExists(file);
            } else if (lines.size() < before) {
                replace(file, String.join("\n", lines.values()) + "\n");
            }
        }
    }

    /** Null if a file of it has no origin. */
    private static @Nullable String key(ModelLayer layer) {
        MessageDigest digest = Blobs.sha256();
        for (ImageFile file : layer.files()) {
            ImageFile.Origin origin = file.origin();
            if (origin == null) {
                return null;
            }
            for (String part : List.of(
                    file.path(),
                    origin.project(),
                    origin.object().uri().bucket(),
                    origin.object().uri().key(),
                    versionOf(origin))) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** One file for the objects of a folder. */
    private Path fileOf(ImageFile.Origin origin) {
        StoredObject object = origin.object();
        String key = object.uri().key();
        String folder = key.substring(0, key.lastIndexOf('/') + 1);
        String all = "%d:%s%d:%s%s"
                .formatted(
                        origin.project().length(),
                        origin.project(),
                        object.uri().bucket().length(),
                        object.uri().bucket(),
                        folder);
        return objects.resolve(HexFormat.of().formatHex(Blobs.sha256().digest(all.getBytes(StandardCharsets.UTF_8))));
    }

    private static String nameOf(ImageFile.Origin origin) {
        String key = origin.object().uri().key();
        return encoded(key.substring(key.lastIndexOf('/') + 1));
    }

    private static String versionOf(ImageFile.Origin origin) {
        return origin.object().size() + " " + encoded(origin.object().etag());
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> linesOf(Path file) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        read(file).orElse("").lines().forEach(line -> {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                lines.put(line.substring(0, blank), line);
            }
        });
        return lines;
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException unknown) {
            return Optional.empty();
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Path aside = Files.createTempFile(file.getParent(), ".new-", ".tmp");
        try {
            Files.writeString(aside, text);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }
}
