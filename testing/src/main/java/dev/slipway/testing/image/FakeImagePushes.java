package dev.slipway.testing.image;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImagePushes;
import dev.slipway.domain.image.TransferFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link ImagePushes} to nowhere, until a test names a target. Safe for use by many threads. */
public final class FakeImagePushes implements ImagePushes {

    private final List<String> pushed = new ArrayList<>();
    private @Nullable String target;
    private @Nullable TransferFailure next;

    /** From now on images are sent there. */
    public synchronized FakeImagePushes to(String registryAndRepository) {
        target = registryAndRepository;
        return this;
    }

    /** The next push fails. */
    public synchronized void failNext(TransferFailure failure) {
        next = failure;
    }

    /** What was pushed: digest and tag. */
    public synchronized List<String> pushed() {
        return List.copyOf(pushed);
    }

    @Override
    public synchronized Optional<String> target() {
        return Optional.ofNullable(target);
    }

    @Override
    public synchronized Pushed push(ImageDigest image, String tag, ImagePulls.Progress progress)
            throws TransferFailure {
        TransferFailure failure = next;
        next = null;
        if (failure != null) {
            throw failure;
        }
        pushed.add("%s %s".formatted(image, tag));
        return new Pushed(target + "@" + image, 3, 4);
    }
}
