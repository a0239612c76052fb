package dev.slipway.activities.waiting;

import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Object storage whose calls are told to {@link Waits}, each with its object. */
public final class ToldObjectStore implements ObjectStore {

    /** A store that takes less is told of as one that does not answer. */
    private static final long SLOWEST_BYTES_PER_SECOND = 1 << 20;

    private final ObjectStore store;
    private final Waits waits;

    public ToldObjectStore(ObjectStore store, Waits waits) {
        this.store = store;
        this.waits = waits;
    }

    private static String reading(ObjectUri uri) {
        return "reading '%s' from object storage".formatted(uri);
    }

    private static String writing(ObjectUri uri) {
        return "writing '%s' to object storage".formatted(uri);
    }

    @Override
    public ObjectPage list(ObjectUri folder, @Nullable String from) {
        return waits.during(
                "listing '%s' in object storage".formatted(folder), Duration.ZERO, () -> store.list(folder, from));
    }

    @Override
    public Optional<StoredObject> head(ObjectUri uri) {
        return waits.during("looking for '%s' in object storage".formatted(uri), Duration.ZERO, () -> store.head(uri));
    }

    @Override
    public InputStream open(ObjectUri uri, long offset) {
        String reading = reading(uri);
        return told(reading, waits.during(reading, Duration.ZERO, () -> store.open(uri, offset)));
    }

    @Override
    public Optional<InputStream> openVersion(StoredObject version, long offset) {
        String reading = reading(version.uri());
        return waits.during(reading, Duration.ZERO, () -> store.openVersion(version, offset))
                .map(bytes -> told(reading, bytes));
    }

    private InputStream told(String reading, InputStream bytes) {
        return new FilterInputStream(bytes) {
            @Override
            public int read() throws IOException {
                try (Waits.Wait wait = waits.begin(reading, Duration.ZERO)) {
                    int read = super.read();
                    wait.answered();
                    return read;
                }
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try (Waits.Wait wait = waits.begin(reading, Duration.ZERO)) {
                    int read = super.read(buffer, offset, length);
                    wait.answered();
                    return read;
                }
            }
        };
    }

    @Override
    public void put(ObjectUri uri, byte[] bytes, ContentType type) {
        waits.<@Nullable Void>during(writing(uri), usual(bytes.length), () -> {
            store.put(uri, bytes, type);
            return null;
        });
    }

    @Override
    public void put(ObjectUri uri, Path file, ContentType type) {
        waits.<@Nullable Void>during(writing(uri), usual(sizeOf(file)), () -> {
            store.put(uri, file, type);
            return null;
        });
    }

    @Override
    public boolean putIfAbsent(ObjectUri uri, byte[] bytes) {
        return waits.during(writing(uri), usual(bytes.length), () -> store.putIfAbsent(uri, bytes));
    }

    @Override
    public void delete(ObjectUri uri) {
        waits.<@Nullable Void>during("removing '%s' from object storage".formatted(uri), Duration.ZERO, () -> {
            store.delete(uri);
            return null;
        });
    }

    private static Duration usual(long bytes) {
        return Duration.ofSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
