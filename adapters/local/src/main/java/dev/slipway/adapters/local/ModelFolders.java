package dev.slipway.adapters.local;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The files of models, unpacked once per image and never written to again; each shim copies them for its instance. */
final class ModelFolders {

    private static final String DRAFT = ".unpacking-";
    private static final Duration LONGEST_UNPACKING = Duration.ofHours(1);

    private final Path folder;
    private final ImageStore images;
    private final ConcurrentHashMap<ImageDigest, Object> underWay = new ConcurrentHashMap<>();

    ModelFolders(Path folder, ImageStore images) {
        this.folder = folder;
        this.images = images;
    }

    /** Deletes what was left half unpacked by a killed process. */
    void sweep() {
        Instant longAgo = Instant.now().minus(LONGEST_UNPACKING);
        LocalInstances.list(folder).stream()
                .filter(each -> each.name().startsWith(DRAFT) && each.modified().isBefore(longAgo))
                .forEach(InstanceFolder::delete);
    }

    /**
     * The model directory of the image. Blocks while it is unpacked.
     *
     * @throws LaunchFailure if there is no such image, or no model in it
     */
    Path modelOf(ImageDigest image) {
        Path files = folder.resolve(image.hex());
        synchronized (underWay.computeIfAbsent(image, digest -> new Object())) {
            if (!Files.isDirectory(files)) {
                unpack(image, files);
            }
        }
        Path model = files.resolve("model");
        if (!Files.isDirectory(model)) {
            throw LaunchFailure.forGood("image '%s' has no folder 'model'".formatted(image));
        }
        return model;
    }

    private void unpack(ImageDigest image, Path files) {
        if (!images.contains(image)) {
            throw LaunchFailure.forGood("there is no image '%s'".formatted(image));
        }
        InstanceFolder draft = new InstanceFolder(folder.resolve(DRAFT + UUID.randomUUID()));
        try {
            Files.createDirectories(draft.path());
            images.unpack(image, draft.path());
            Files.move(draft.path(), files, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException | AtomicMoveNotSupportedException other) {
            if (!Files.isDirectory(files)) {
                throw new UncheckedIOException("the image '%s' can't be unpacked".formatted(image), other);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the image '%s' can't be unpacked".formatted(image), failure);
        } finally {
            draft.delete();
        }
    }
}
