package dev.slipway.adapters.local;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The files of models, unpacked once for each image and never changed. Each shim copies them for its instance. */
final class ModelFolders {

    private static final String DRAFT = SharedFolders.ASIDE + "unpacking-";

    private final Path folder;
    private final ImageStore images;
    private final ConcurrentHashMap<ImageDigest, Object> underWay = new ConcurrentHashMap<>();

    ModelFolders(Path folder, ImageStore images) {
        this.folder = folder;
        this.images = images;
    }

    /**
     * The model folder of the image. Blocks while it is unpacked.
     *
     * @throws LaunchFailure if there is no such image, or no model in it
     */
    Path modelOf(ImageDigest image) {
        Path model = filesOf(image, images::unpack).resolve("model");
        if (!Files.isDirectory(model)) {
            throw LaunchFailure.forGood("image '%s' has no folder 'model'".formatted(image));
        }
        return model;
    }

    /** The files of a container image, as {@link ImageStore#unpackContainer} gives them. Otherwise as {@link #modelOf}. */
    Path containerOf(ImageDigest image) {
        return filesOf(image, images::unpackContainer);
    }

    private Path filesOf(ImageDigest image, BiConsumer<ImageDigest, Path> unpacking) {
        Path files = folder.resolve(image.hex());
        synchronized (underWay.computeIfAbsent(image, digest -> new Object())) {
            while (!isUsedNow(files)) {
                unpack(image, files, unpacking);
            }
        }
        return files;
    }

    /** Marks it as in use now, so that it is not removed; false if it does not exist. */
    private boolean isUsedNow(Path files) {
        return FolderMutex.holding(folder, () -> {
            try {
                Files.setLastModifiedTime(files, FileTime.from(Instant.now()));
                return true;
            } catch (NoSuchFileException notUnpacked) {
                return false;
            } catch (IOException failure) {
                throw new UncheckedIOException("the model '%s' can't be used".formatted(files), failure);
            }
        });
    }

    private void unpack(ImageDigest image, Path files, BiConsumer<ImageDigest, Path> unpacking) {
        if (!images.contains(image)) {
            throw LaunchFailure.forGood("there is no image '%s'".formatted(image));
        }
        InstanceFolder draft = new InstanceFolder(folder.resolve(DRAFT + UUID.randomUUID()));
        try {
            Files.createDirectories(draft.path());
            unpacking.accept(image, draft.path());
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
