package dev.slipway.standalone.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.function.Supplier;

/** The disk of the data folder. */
final class DiskCheck implements Supplier<List<Finding>> {

    /** Of a new installation, for images, objects and the database. */
    static final long ENOUGH = 3L << 30;

    /** Of one that exists: it should come back also on a disk that has become full, as long as its database can write. */
    static final long LEAST = 256L << 20;

    private static final double GIGABYTE = 1e9;

    private final Path data;
    private final boolean withObjects;

    /** @param withObjects whether embedded object storage keeps its files there */
    DiskCheck(Path data, boolean withObjects) {
        this.data = data;
        this.withObjects = withObjects;
    }

    @Override
    public List<Finding> get() {
        Path existing = data.toAbsolutePath();
        while (existing.getParent() != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        try {
            Finding space = space(existing, Files.getFileStore(existing).getUsableSpace());
            if (!space.isMissing() && withObjects && !keepsAttributes(existing)) {
                return List.of(Finding.missing(
                        "disk",
                        "the file system of '%s' keeps no user attributes, and embedded object storage needs them. What to do: choose another folder by --data, or name an S3 server in slipway.yml"
                                .formatted(existing)));
            }
            return List.of(space);
        } catch (IOException e) {
            return List.of(Finding.missing("disk", "'%s' cannot be written to: %s".formatted(existing, e)));
        }
    }

    Finding space(Path existing, long free) {
        String text = "%.1f GB free at '%s'".formatted(free / GIGABYTE, existing);
        if (free >= ENOUGH) {
            return Finding.good("disk", text);
        }
        if (free >= LEAST && wasStartedBefore()) {
            return Finding.note("disk", text + ", expected 3 GB or more");
        }
        return Finding.missing(
                "disk",
                text
                        + ", expected 3 GB or more: images, objects and the database lie there. What to do: free some, or choose another folder by --data");
    }

    private boolean wasStartedBefore() {
        return Files.exists(data.resolve("run").resolve("slipway.yml")) || Files.isDirectory(data.resolve("postgres"));
    }

    /** S3Proxy keeps an object's metadata in them. */
    private static boolean keepsAttributes(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, ".slipway-check-", "");
        try {
            UserDefinedFileAttributeView view = Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class);
            if (view == null) {
                return false;
            }
            view.write("slipway", StandardCharsets.UTF_8.encode("probe"));
            return true;
        } catch (IOException | UnsupportedOperationException none) {
            return false;
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
