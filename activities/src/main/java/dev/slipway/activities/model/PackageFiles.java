package dev.slipway.activities.model;

import dev.slipway.activities.waiting.StepHeartbeat;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.StoredObject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The objects of a package as the files of its image. */
final class PackageFiles {

    private PackageFiles() {}

    /**
     * @param project the id of the model's project, within which an object is known by bucket, key, size and etag
     * @param objects read only as their images are built
     * @throws Invalid if objects can't be files beside each other, or lie outside of the package
     */
    static List<ImageFile> of(String project, PackageListing listing, ObjectStore objects, StepHeartbeat heartbeat) {
        List<ImageFile> files = new ArrayList<>();
        Map<String, StoredObject> seen = new HashMap<>();
        for (StoredObject object : listing.files()) {
            String path = "model/" + normal(object, listing.pathOf(object));
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
