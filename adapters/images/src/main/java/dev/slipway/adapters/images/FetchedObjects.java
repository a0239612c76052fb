package dev.slipway.adapters.images;

import dev.slipway.domain.image.FetchedFiles;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImagePulls.Progress;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects that images name in place of having them, each version once: {@code fetched/<digest of its origin>}. Models get links to
 * them, so nobody writes to them. Safe for use by many threads; one process fetches.
 */
final class FetchedObjects {

    /** The prefix of the names of files in the making. */
    static final String ASIDE = ".";

    private static final Logger LOG = LoggerFactory.getLogger(FetchedObjects.class);
    private static final int PIECE = 128 * 1024;

    private final Path layout;
    private final Path folder;
    private final ObjectStore objects;
    private final ConcurrentHashMap<String, Object> underWay = new ConcurrentHashMap<>();
    /** Whose beginnings are whole. What a killed process left may have holes. */
    private final Set<String> begun = ConcurrentHashMap.newKeySet();

    FetchedObjects(Path layout, ObjectStore objects) {
        this.layout = layout;
        this.folder = folderIn(layout);
        this.objects = objects;
    }

    static Path folderIn(Path layout) {
        return layout.resolve("fetched");
    }

    static String nameOf(ImageFile.Origin origin) {
        MessageDigest digest = Blobs.sha256();
        StoredObject object = origin.object();
        for (String part : List.of(
                origin.project(),
                object.uri().bucket(),
                object.uri().key(),
                String.valueOf(object.size()),
                object.etag())) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Gives the folder of a model its files, and fetches those that are not here. */
    void link(FetchedFiles named, Path target, Progress progress) throws IOException {
        long done = 0;
        for (FetchedFiles.Entry file : named.files()) {
            Path to = target.resolve(file.path());
            Files.createDirectories(to.getParent());
            Path kept = of(file, done, progress);
            Files.deleteIfExists(to);
            UnpackedLayers.linkFile(kept, to);
            done += file.origin().object().size();
        }
    }

    private Path of(FetchedFiles.Entry file, long before, Progress progress) throws IOException {
        String name = nameOf(file.origin());
        Path kept = folder.resolve(name);
        synchronized (underWay.computeIfAbsent(name, each -> new Object())) {
            progress.alive(before);
            if (!isUsedNow(kept)) {
                fetch(file, name, before, progress);
                LayoutLock.holding(layout, () -> Files.move(aside(name), kept, StandardCopyOption.ATOMIC_MOVE));
                LOG.info(
                        "weights fetched object={} bytes={}",
                        file.origin().object().uri(),
                        Files.size(kept));
            }
        }
        return kept;
    }

    private Path aside(String name) {
        return folder.resolve(ASIDE + "new-" + name);
    }

    /** Marks it as in use now, so that it is not removed; false if it is not here. */
    private boolean isUsedNow(Path kept) throws IOException {
        return LayoutLock.holding(layout, () -> {
            try {
                Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
                return true;
            } catch (NoSuchFileException notHere) {
                return false;
            }
        });
    }

    /** Goes on where an earlier call of this process has ended. */
    private void fetch(FetchedFiles.Entry file, String name, long before, Progress progress) throws IOException {
        StoredObject object = file.origin().object();
        Files.createDirectories(folder);
        Path aside = aside(name);
        if (begun.add(name)) {
            Files.deleteIfExists(aside);
        }
        try (FileChannel out = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            failIfNoRoom(file, object.size() - out.size());
            if (out.size() < object.size() || object.size() == 0) {
                try (InputStream in = open(file, out.size())) {
                    copy(file, in, out, before, progress);
                }
            }
            out.force(true);
        } catch (NoSuchFileException removed) {
            begun.remove(name);
            throw removed;
        }
        if (Files.size(aside) != object.size()) {
            throw outage(file, "it ended after %d of %d bytes".formatted(Files.size(aside), object.size()));
        }
        begun.remove(name);
    }

    private void failIfNoRoom(FetchedFiles.Entry file, long bytes) throws IOException {
        long room = Files.getFileStore(folder).getUsableSpace();
        if (bytes > room) {
            throw outage(
                    file,
                    "it needs %d bytes more, and the disk of '%s' has %d: remove what nobody needs"
                            .formatted(bytes, folder, room));
        }
    }

    private InputStream open(FetchedFiles.Entry file, long offset) {
        StoredObject object = file.origin().object();
        Optional<InputStream> bytes;
        try {
            bytes = objects.openVersion(object, offset);
        } catch (NotFound gone) {
            bytes = Optional.empty();
        } catch (Unavailable silent) {
            throw outage(file, String.valueOf(silent.getMessage()));
        }
        return bytes.orElseThrow(() -> new NotFound(
                ErrorCode.OBJECT_PATH_MISSING,
                "the file '%s' of the model is not fetched: '%s' %s"
                        .formatted(file.path(), object.uri(), found(file))));
    }

    /** What is in the place of the version that the import has seen. */
    private String found(FetchedFiles.Entry file) {
        StoredObject object = file.origin().object();
        try {
            return objects.head(object.uri())
                    .map(now ->
                            "has changed since the model was imported: its etag was '%s' and is '%s', its bytes were %d and are %d"
                                    .formatted(object.etag(), now.etag(), object.size(), now.size()))
                    .orElse("does not exist any more");
        } catch (NotFound noBucket) {
            return "does not exist any more";
        } catch (Unavailable silent) {
            throw outage(file, String.valueOf(silent.getMessage()));
        }
    }

    private void copy(FetchedFiles.Entry file, InputStream in, FileChannel out, long before, Progress progress)
            throws IOException {
        byte[] piece = new byte[PIECE];
        long left = file.origin().object().size() - out.size();
        while (left > 0) {
            progress.alive(before + out.size());
            int count;
            try {
                count = in.read(piece, 0, (int) Math.min(piece.length, left));
            } catch (IOException cut) {
                throw outage(file, "object storage cut its bytes: %s".formatted(cut.getMessage()));
            }
            if (count < 0) {
                return;
            }
            ByteBuffer buffer = ByteBuffer.wrap(piece, 0, count);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            left -= count;
        }
    }

    private static Unavailable outage(FetchedFiles.Entry file, String why) {
        return new Unavailable(
                ErrorCode.UNAVAILABLE,
                "the file '%s' of the model cannot be fetched now: '%s': %s"
                        .formatted(file.path(), file.origin().object().uri(), why));
    }
}
