package dev.slipway.activities.model;

import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of a package below {@code model/}, as object storage lists them, in key order. */
record PackageListing(ObjectUri folder, List<StoredObject> files) {

    private static final String MODEL = "model/";

    PackageListing {
        files = List.copyOf(files);
    }

    static PackageListing read(ObjectStore objects, ObjectUri source, Runnable heartbeat) {
        ObjectUri model = source.resolve(MODEL);
        List<StoredObject> files = new ArrayList<>();
        @Nullable String from = null;
        do {
            heartbeat.run();
            ObjectPage page = objects.list(model, from);
            page.objects().stream()
                    .filter(object -> !object.uri().key().endsWith("/"))
                    .forEach(files::add);
            from = page.next();
        } while (from != null);
        return new PackageListing(model, files);
    }

    /** The path of a file within {@code model/}. */
    String pathOf(StoredObject file) {
        return file.uri().key().substring(folder.key().length());
    }

    Optional<StoredObject> file(String path) {
        return files.stream().filter(file -> pathOf(file).equals(path)).findFirst();
    }

    long bytes() {
        return files.stream().mapToLong(StoredObject::size).sum();
    }

    /** The same for equal files of equal content. */
    String fingerprint() {
        MessageDigest digest = sha256();
        for (StoredObject file : files) {
            String line = "%s\n%d\n%s\n".formatted(pathOf(file), file.size(), file.etag());
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
