package dev.slipway.testing.image;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStart;
import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.image.TransferFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link ImagePulls} from sources that a test fills. Safe for use by many threads. */
public final class FakeImagePulls implements ImagePulls {

    private final Map<String, Found> images = new HashMap<>();
    private final List<String> pulled = new ArrayList<>();
    private ImageStart start = new ImageStart("1000", List.of("/serve"), "");
    private @Nullable TransferFailure next;

    /** Has an image under that reference. */
    public synchronized FakeImagePulls put(String reference, ImageDigest digest, long bytes) {
        images.put(reference, new Found(digest, bytes, 1));
        return this;
    }

    /** How all images start from now on. */
    public synchronized FakeImagePulls startingBy(ImageStart other) {
        start = other;
        return this;
    }

    /** The next call fails. */
    public synchronized void failNext(TransferFailure failure) {
        next = failure;
    }

    /** What was pulled: reference, digest, and whether its layers are kept. */
    public synchronized List<String> pulled() {
        return List.copyOf(pulled);
    }

    @Override
    public synchronized Found find(PullSource source, Progress progress) throws TransferFailure {
        failIfOrdered();
        Found found = images.get(source.toString());
        if (found == null) {
            throw new TransferFailure(
                    TransferFailure.Kind.MISSING, "there is no image '%s'".formatted(source), "Push it first.");
        }
        return found;
    }

    @Override
    public synchronized ImageStart pull(PullSource source, ImageDigest image, boolean keepsLayers, Progress progress)
            throws TransferFailure {
        failIfOrdered();
        pulled.add("%s %s %s".formatted(source, image, keepsLayers));
        return start;
    }

    private void failIfOrdered() throws TransferFailure {
        TransferFailure failure = next;
        next = null;
        if (failure != null) {
            throw failure;
        }
    }
}
