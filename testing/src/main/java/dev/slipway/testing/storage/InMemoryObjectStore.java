package dev.slipway.testing.storage;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@link ObjectStore} in memory, with failures that can be ordered. Safe for use by many threads. */
public final class InMemoryObjectStore implements ObjectStore {

    private static final int PAGE = 1000;

    private final Map<ObjectUri, Long> sizes = new HashMap<>();
    private final Map<String, NavigableMap<String, byte[]>> buckets = new HashMap<>();
    private final Map<ObjectUri, ContentType> types = new HashMap<>();
    private final Deque<Problem> failures = new ArrayDeque<>();
    private final Map<Access, Predicate<ObjectUri>> refused = new EnumMap<>(Access.class);

    /** The kind of a call. */
    public enum Access {
        /** Checks whether an object exists, or lists. */
        FIND,
        READ,
        /** Or to delete it. */
        WRITE
    }

    public InMemoryObjectStore(String... buckets) {
        for (String bucket : buckets) {
            this.buckets.put(bucket, new TreeMap<>());
        }
    }

    /** The next call throws this instead of doing anything; called twice, the next two do. */
    public synchronized InMemoryObjectStore failNext(Problem problem) {
        failures.add(problem);
        return this;
    }

    /** From now on such calls of such keys are answered with {@link Unavailable}, until {@link #answerAgain}. */
    public synchronized InMemoryObjectStore refuse(Access access, Predicate<ObjectUri> which) {
        refused.merge(access, which, Predicate::or);
        return this;
    }

    /** Ends all refusals. */
    public synchronized void answerAgain() {
        refused.clear();
    }

    /** The object's bytes; null if there is none. */
    public synchronized byte @Nullable [] bytes(ObjectUri uri) {
        NavigableMap<String, byte[]> bucket = buckets.get(uri.bucket());
        byte[] bytes = bucket == null ? null : bucket.get(uri.key());
        return bytes == null ? null : bytes.clone();
    }

    /** As what the object was last written; null if it never was by {@code put}. */
    public synchronized @Nullable ContentType type(ObjectUri uri) {
        return types.get(uri);
    }

    @Override
    public synchronized ObjectPage list(ObjectUri folder, @Nullable String from) {
        failIfOrdered(Access.FIND, folder);
        NavigableMap<String, byte[]> bucket = bucket(folder);
        String prefix = folder.asFolder().key();
        boolean onward = from != null && from.compareTo(prefix) >= 0;
        NavigableMap<String, byte[]> rest = onward ? bucket.tailMap(from, false) : bucket.tailMap(prefix, true);
        List<StoredObject> found = new ArrayList<>();
        for (Map.Entry<String, byte[]> object : rest.entrySet()) {
            if (!object.getKey().startsWith(prefix)) {
                break;
            }
            if (found.size() == PAGE) {
                return new ObjectPage(found, found.getLast().uri().key());
            }
            found.add(stored(new ObjectUri(folder.bucket(), object.getKey()), object.getValue()));
        }
        return new ObjectPage(found, null);
    }

    @Override
    public synchronized Optional<StoredObject> head(ObjectUri uri) {
        failIfOrdered(Access.FIND, uri);
        return Optional.ofNullable(bytes(uri)).map(bytes -> stored(uri, bytes));
    }

    @Override
    public synchronized InputStream open(ObjectUri uri, long offset) {
        failIfOrdered(Access.READ, uri);
        byte[] bytes = bucket(uri).get(uri.key());
        if (bytes == null) {
            throw missing(uri);
        }
        return new ByteArrayInputStream(Arrays.copyOfRange(bytes, (int) Math.min(offset, bytes.length), bytes.length));
    }

    @Override
    public synchronized Optional<InputStream> openVersion(StoredObject version, long offset) {
        failIfOrdered(Access.READ, version.uri());
        byte[] bytes = bucket(version.uri()).get(version.uri().key());
        return bytes != null && stored(version.uri(), bytes).equals(version)
                ? Optional.of(new ByteArrayInputStream(bytes, (int) Math.min(offset, bytes.length), bytes.length))
                : Optional.empty();
    }

    @Override
    public synchronized void put(ObjectUri uri, byte[] bytes, ContentType type) {
        failIfOrdered(Access.WRITE, uri);
        bucket(uri).put(uri.key(), bytes.clone());
        types.put(uri, type);
    }

    @Override
    public void put(ObjectUri uri, Path file, ContentType type) {
        try {
            put(uri, Files.readAllBytes(file), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized boolean putIfAbsent(ObjectUri uri, byte[] bytes) {
        failIfOrdered(Access.WRITE, uri);
        return bucket(uri).putIfAbsent(uri.key(), bytes.clone()) == null;
    }

    @Override
    public synchronized void delete(ObjectUri uri) {
        failIfOrdered(Access.WRITE, uri);
        NavigableMap<String, byte[]> bucket = buckets.get(uri.bucket());
        if (bucket != null) {
            bucket.remove(uri.key());
        }
    }

    private void failIfOrdered(Access access, ObjectUri uri) {
        Problem failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        Predicate<ObjectUri> refuses = refused.get(access);
        if (refuses != null && refuses.test(uri)) {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "object storage: 500 for '%s'".formatted(uri));
        }
    }

    private NavigableMap<String, byte[]> bucket(ObjectUri uri) {
        NavigableMap<String, byte[]> bucket = buckets.get(uri.bucket());
        if (bucket == null) {
            throw new NotFound(
                    ErrorCode.OBJECT_PATH_MISSING,
                    "object storage: bucket '%s' does not exist".formatted(uri.bucket()));
        }
        return bucket;
    }

    private StoredObject stored(ObjectUri uri, byte[] bytes) {
        return new StoredObject(
                uri, sizes.getOrDefault(uri, (long) bytes.length), Integer.toHexString(Arrays.hashCode(bytes)));
    }

    /** From now on listings give the object that size. */
    public synchronized void pretend(ObjectUri uri, long size) {
        sizes.put(uri, size);
    }

    private static NotFound missing(ObjectUri uri) {
        return new NotFound(ErrorCode.OBJECT_PATH_MISSING, "object storage: '%s' does not exist".formatted(uri));
    }
}
