package dev.slipway.adapters.local;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImageLayers;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;

/** Images that are plain folders. */
final class FolderImages implements ImageStore {

    private final Map<ImageDigest, Path> models = new ConcurrentHashMap<>();

    private final Deque<Problem> failures = new ConcurrentLinkedDeque<>();

    /** The next unpacking throws this; called twice, the next two do. */
    void failNext(Problem problem) {
        failures.add(problem);
    }

    /** Keeps the model directory under a digest of the test's choice. */
    void put(ImageDigest image, Path model) {
        models.put(image, model);
    }

    @Override
    public ImageLayers keep(List<ImageFile> files) {
        throw new UnsupportedOperationException("the local cluster builds no images");
    }

    @Override
    public ImageDigest build(String label, ImageLayers layers) {
        throw new UnsupportedOperationException("the local cluster builds no images");
    }

    @Override
    public boolean contains(ImageDigest image) {
        return models.containsKey(image);
    }

    @Override
    public void unpack(ImageDigest image, Path folder, ImagePulls.Progress progress) {
        Problem failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        Path model = models.get(image);
        if (model == null) {
            throw new IllegalStateException("no image " + image);
        }
        try (Stream<Path> files = Files.walk(model)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve("model").resolve(model.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }

    @Override
    public void unpackContainer(ImageDigest image, Path folder, ImagePulls.Progress progress) {
        throw new UnsupportedOperationException("these images are packages");
    }

    @Override
    public long size(ImageDigest image) {
        throw new UnsupportedOperationException("the local cluster asks for no sizes");
    }
}
