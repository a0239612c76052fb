package dev.slipway.adapters.images;

import dev.slipway.domain.image.FetchedFiles;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImageLayers;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.image.TransferFailure;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An {@link OciLayoutImageStore} where instances start: what its images do not have themselves comes from object storage and registries
 * when they are unpacked. Safe for use by many threads.
 */
public final class DeployedImages implements ImageStore {

    private final Path layout;
    private final OciLayoutImageStore kept;
    private final FetchedObjects fetched;
    private final PulledSources sources;
    private final ImagePulls pulls;

    /**
     * @param layout of the images
     * @param pulls into the same layout
     */
    public DeployedImages(Path layout, ObjectStore objects, ImagePulls pulls) {
        this.layout = layout;
        this.kept = new OciLayoutImageStore(layout);
        this.fetched = new FetchedObjects(layout, objects);
        this.sources = new PulledSources(layout);
        this.pulls = pulls;
    }

    @Override
    public void unpack(ImageDigest image, Path folder, ImagePulls.Progress progress) {
        kept.unpack(image, folder, progress);
        Path named = folder.resolve(FetchedFiles.NAME);
        if (!Files.isRegularFile(named)) {
            return;
        }
        try {
            fetched.link(FetchedFiles.parse(Files.readString(named)), folder, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the files of image '%s' cannot be fetched into '%s'".formatted(image, layout), e);
        }
    }

    @Override
    public void unpackContainer(ImageDigest image, Path folder, ImagePulls.Progress progress) {
        try {
            Optional<PullSource> source = sources.of(image.hex());
            if (source.isPresent()) {
                pullAgain(source.get(), image, progress);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the source of image '%s' cannot be read".formatted(image), e);
        }
        kept.unpackContainer(image, folder, progress);
    }

    /** Does nothing where its files are here. */
    private void pullAgain(PullSource source, ImageDigest image, ImagePulls.Progress progress) {
        if (kept.hasFilesOf(image)) {
            return;
        }
        try {
            pulls.pull(source, image, false, progress);
        } catch (TransferFailure failure) {
            String cause = "the image is not copied ('source_copy' is \"false\"), and cannot be pulled again: %s"
                    .formatted(failure.getMessage());
            throw switch (failure.kind()) {
                case THROTTLED, SOURCE -> new Unavailable(ErrorCode.UNAVAILABLE, cause);
                case ACCESS, MISSING, TAG_MISSING, DAMAGED, TOO_LARGE, CONTENT ->
                    new NotFound(ErrorCode.OBJECT_PATH_MISSING, cause);
            };
        }
    }

    @Override
    public ImageLayers keep(List<ImageFile> files) throws IOException {
        return kept.keep(files);
    }

    @Override
    public ImageDigest build(String label, ImageLayers layers) {
        return kept.build(label, layers);
    }

    @Override
    public boolean contains(ImageDigest image) {
        return kept.contains(image);
    }

    @Override
    public long size(ImageDigest image) {
        return kept.size(image);
    }
}
