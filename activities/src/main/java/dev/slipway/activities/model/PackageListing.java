package dev.slipway.activities.model;

import dev.slipway.domain.model.Engine;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
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
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a package below {@code model/}, as object storage lists them, in key order.
 *
 * @param code the object that the request names as the service code, which replaces the package's; null if it names none
 */
record PackageListing(
        ObjectUri folder,
        List<StoredObject> files,
        @Nullable StoredObject code) {

    /** The file with the service class. */
    static final String CODE = Engine.CODE;

    private static final String MODEL = "model/";

    PackageListing {
        files = List.copyOf(files);
    }

    static PackageListing read(
            ObjectStore objects, ObjectUri source, @Nullable ObjectUri executionCode, LongConsumer heartbeat) {
        ObjectUri model = source.resolve(MODEL);
        List<StoredObject> files = new ArrayList<>();
        @Nullable String from = null;
        do {
            heartbeat.accept(files.size());
            ObjectPage page = objects.list(model, from);
            page.objects().stream()
                    .filter(object -> !object.uri().key().endsWith("/"))
                    .filter(object -> executionCode == null || !object.uri().equals(model.resolve(CODE)))
                    .forEach(files::add);
            from = page.next();
        } while (from != null);
        StoredObject code = null;
        if (executionCode != null) {
            code = objects.head(executionCode)
                    .orElseThrow(() -> new NotFound(
                            ErrorCode.OBJECT_PATH_MISSING,
                            "execution_code '%s' does not exist".formatted(executionCode)));
            files.add(code);
        }
        return new PackageListing(model, files, code);
    }

    /** The path of a file within {@code model/}. */
    String pathOf(StoredObject file) {
        return file.equals(code)
                ? CODE
                : file.uri().key().substring(folder.key().length());
    }

    Optional<StoredObject> file(String path) {
        return files.stream().filter(file -> pathOf(file).equals(path)).findFirst();
    }

    long bytes() {
        return files.stream().mapToLong(StoredObject::size).sum();
    }

    /** A digest that is equal for equal files of equal content. */
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
