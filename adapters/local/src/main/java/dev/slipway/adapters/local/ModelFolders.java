package dev.slipway.adapters.local;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
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
import java.util.function.Consumer;

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
     * @param progress hears of what is fetched for it; what it throws ends that
     * @throws LaunchFailure if there is no such image, no model in it, or something that it names cannot be fetched
     */
    Path modelOf(ImageDigest image, ImagePulls.Progress progress) {
        Path model =
                filesOf(image, folder -> images.unpack(image, folder, progress)).resolve("model");
        if (!Files.isDirectory(model)) {
            throw LaunchFailure.forGood("image '%s' has no folder 'model'".formatted(image));
        }
        return model;
    }

    /** The files of a container image, as {@link ImageStore#unpackContainer} gives them. Otherwise as {@link #modelOf}. */
    Path containerOf(ImageDigest image, ImagePulls.Progress progress) {
        return filesOf(image, folder -> images.unpackContainer(image, folder, progress));
    }

    private Path filesOf(ImageDigest image, Consumer<Path> unpacking) {
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

    private void unpack(ImageDigest image, Path files, Consumer<Path> unpacking) {
        if (!images.contains(image)) {
            throw LaunchFailure.forGood("there is no image '%s'".formatted(image));
        }
        InstanceFolder draft = new InstanceFolder(folder.resolve(DRAFT + UUID.randomUUID()));
        try {
            Files.createDirectories(draft.path());
            unpacking.accept(draft.path());
            Files.move(draft.path(), files, StandardCopyOption.ATOMIC_MOVE);
        } catch (NotFound gone) {
            throw LaunchFailure.forGood(String.valueOf(gone.getMessage()));
        } catch (Unavailable now) {
            throw LaunchFailure.ofOutage(String.valueOf(now.getMessage()));
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
