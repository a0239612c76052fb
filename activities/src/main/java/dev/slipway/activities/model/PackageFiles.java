package dev.slipway.activities.model;

import dev.slipway.activities.waiting.StepHeartbeat;
import dev.slipway.domain.image.FetchedFiles;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The objects of a package as the files of its image. */
final class PackageFiles {

    private static final String MODEL = "model/";
    private static final String CONFIG = "config.json";

    private PackageFiles() {}

    /** Whether a file of a model that is loaded dynamically stays outside of its image: all but configuration, code and wheels. */
    static boolean isFetched(String path) {
        return !(path.equals(CONFIG) || path.endsWith(".py") || path.endsWith(".whl"));
    }

    /** How much of a package goes into its image. */
    static long bytesOfImage(PackageListing listing, boolean isFetched) {
        return listing.files().stream()
                .filter(file -> !(isFetched && isFetched(listing.pathOf(file))))
                .mapToLong(StoredObject::size)
                .sum();
    }

    /**
     * The same files, of which the image only names those that are fetched.
     *
     * @param files as {@link #of} gives them
     */
    static List<ImageFile> named(List<ImageFile> files) {
        List<ImageFile> kept = new ArrayList<>();
        List<FetchedFiles.Entry> named = new ArrayList<>();
        for (ImageFile file : files) {
            ImageFile.Origin origin = file.origin();
            if (origin != null && isFetched(file.path().substring(MODEL.length()))) {
                named.add(new FetchedFiles.Entry(file.path(), origin));
            } else {
                kept.add(file);
            }
        }
        byte[] list = new FetchedFiles(named).toText().getBytes(StandardCharsets.UTF_8);
        kept.add(new ImageFile(FetchedFiles.NAME, list.length, null, () -> new ByteArrayInputStream(list)));
        return kept;
    }

    /** The same files with the config of the request as model/config.json, which the instances read. */
    static List<ImageFile> withConfig(List<ImageFile> files, ModelConfig sent) {
        byte[] text = sent.text().getBytes(StandardCharsets.UTF_8);
        String path = MODEL + CONFIG;
        ImageFile config = new ImageFile(path, text.length, null, () -> new ByteArrayInputStream(text));
        return Stream.concat(files.stream().filter(file -> !file.path().equals(path)), Stream.of(config))
                .toList();
    }

    /**
     * @param project the id of the model's project, within which an object is known by bucket, key, size and etag
     * @param objects read only as their images are built
     * @throws Invalid if objects can't be files beside each other, or lie outside of the package
     */
    static List<ImageFile> of(String project, PackageListing listing, ObjectStore objects, StepHeartbeat heartbeat) {
        List<ImageFile> files = new ArrayList<>();
        Map<String, StoredObject> seen = new HashMap<>();
        for (StoredObject object : listing.files()) {
            String path = MODEL + normal(object, listing.pathOf(object));
            StoredObject other = seen.put(path, object);
            if (other != null) {
                throw new Invalid(
                        ErrorCode.SOURCE_LOCATION,
                        "objects '%s' and '%s' would be the same file '%s': remove one of them"
                                .formatted(other.uri(), object.uri(), path));
            }
            files.add(new ImageFile(
                    path,
                    object.size(),
                    new ImageFile.Origin(project, object),
                    () -> open(object, objects, heartbeat)));
        }
        for (Map.Entry<String, StoredObject> each : seen.entrySet()) {
            String path = each.getKey();
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                StoredObject above = seen.get(path.substring(0, slash));
                if (above != null) {
                    throw new Invalid(
                            ErrorCode.SOURCE_LOCATION,
                            "object '%s' would be a file and, for '%s', a folder: rename one of them"
                                    .formatted(above.uri(), each.getValue().uri()));
                }
            }
        }
        return files;
    }

    private static String normal(StoredObject object, String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.indexOf('\0') >= 0) {
                throw new Invalid(
                        ErrorCode.SOURCE_LOCATION,
                        "object '%s' has a name that leaves the package".formatted(object.uri()));
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    private static InputStream open(StoredObject object, ObjectStore objects, StepHeartbeat heartbeat)
            throws IOException {
        heartbeat.failIfCancelled();
        // Overwritten meanwhile: the next attempt lists the package again and finds out.
        InputStream bytes = objects.openVersion(object, 0)
                .orElseThrow(() -> new IOException("'%s' has changed since it was listed".formatted(object.uri())));
        return new Watched(new CutAsOutage(object.uri(), bytes), heartbeat);
    }

    /** Ends soon when the step is cancelled. */
    private static final class Watched extends FilterInputStream {

        private final StepHeartbeat heartbeat;

        Watched(InputStream bytes, StepHeartbeat heartbeat) {
            super(bytes);
            this.heartbeat = heartbeat;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            heartbeat.failIfCancelled();
            return super.read(buffer, offset, length);
        }
    }
}
