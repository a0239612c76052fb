package dev.slipway.domain.storage;

import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Object storage. Every call may be repeated. A missing object or bucket is {@link NotFound} with code OBJECT_PATH_MISSING; a store
 * that does not answer, or answers with 5xx after the client's own retries, is {@link Unavailable}.
 */
public interface ObjectStore {

    /** At most 1,000 objects whose keys begin with the folder's, in key order, all levels deep. */
    ObjectPage list(ObjectUri folder, @Nullable String from);

    /** Size and etag, empty if there is no such object. */
    Optional<StoredObject> head(ObjectUri uri);

    /** The bytes of the object from {@code offset} on; to be closed by the caller. */
    InputStream open(ObjectUri uri, long offset);

    /**
     * The bytes of exactly this version of the object from {@code offset} on, to be closed by the caller; empty if it was replaced or
     * removed. One request: the bytes that are read are of that version however long reading takes.
     */
    Optional<InputStream> openVersion(StoredObject version, long offset);

    /** Writes the object completely or not at all, replacing an existing one. */
    void put(ObjectUri uri, byte[] bytes, ContentType type);

    /** Writes the object completely or not at all, from a file of any size, replacing an existing one. */
    void put(ObjectUri uri, Path file, ContentType type);

    /** An object that only Slipway reads. */
    default void put(ObjectUri uri, byte[] bytes) {
        put(uri, bytes, ContentType.BYTES);
    }

    /** An object that only Slipway reads. */
    default void put(ObjectUri uri, Path file) {
        put(uri, file, ContentType.BYTES);
    }

    /** Writes the object only if there is none; false if there was one, which stays unchanged. */
    boolean putIfAbsent(ObjectUri uri, byte[] bytes);

    /** Removes the object. Does nothing if there is none. */
    void delete(ObjectUri uri);
}
