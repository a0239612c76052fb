package dev.slipway.adapters.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.slipway.domain.image.FetchedFiles;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImagePulls.Progress;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.retention.DiskArea.DiskUse;
import dev.slipway.domain.retention.DiskArea.Removed;
import dev.slipway.domain.retention.InUse;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.testing.image.FakeImagePulls;
import dev.slipway.testing.image.ImageStoreContract;
import dev.slipway.testing.storage.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeployedImagesTests extends ImageStoreContract {

    private static final ObjectUri WEIGHTS = new ObjectUri("slipway", "iris/model/weights.bin");

    private final InMemoryObjectStore objects = new InMemoryObjectStore("slipway");
    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicLong lastOffset = new AtomicLong();
    /** After how many bytes the next reading is cut; 0 for never. */
    private final AtomicInteger cut = new AtomicInteger();

    private @Nullable TestRegistry registry;
    private @Nullable DeployedImages store;

    @AfterEach
    void close() {
        if (registry != null) {
            registry.close();
        }
    }

    @Override
    protected ImageStore store() {
        if (store == null) {
            store = new DeployedImages(layout(), watched(), new FakeImagePulls());
        }
        return store;
    }

    private Path layout() {
        return work.resolve("images");
    }

    @Test
    void fetchesWhatAnImageNamesOnceForAllVersions() throws IOException {
        byte[] weights = weights(300_000);
        ImageDigest one = image("one");
        ImageDigest two = image("two");
        assertThat(blobBytes()).isLessThan(20_000);

        store().unpack(one, work.resolve("first"), Progress.IGNORED);
        store().unpack(two, work.resolve("second"), Progress.IGNORED);

        assertThat(work.resolve("first/model/weights.bin")).hasBinaryContent(weights);
        assertThat(work.resolve("first/model/customize_service.py")).hasContent("one");
        assertThat(work.resolve("second/model/customize_service.py")).hasContent("two");
        assertThat(Files.isSameFile(work.resolve("first/model/weights.bin"), work.resolve("second/model/weights.bin")))
                .isTrue();
        assertThat(readings).hasValue(1);
    }

    @Test
    void goesOnWhereAConnectionWasCut() throws IOException {
        byte[] weights = weights(1_000_000);
        ImageDigest image = image("one");
        cut.set(400_000);

        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> store().unpack(image, work.resolve("out"), Progress.IGNORED))
                .withMessageContaining("the file 'model/weights.bin' of the model cannot be fetched now: '%s'", WEIGHTS)
                .withMessageContaining("cut");
        store().unpack(image, work.resolve("again"), Progress.IGNORED);

        assertThat(lastOffset.get()).isBetween(1L, 400_000L);
        assertThat(work.resolve("again/model/weights.bin")).hasBinaryContent(weights);
    }

    /** Bytes that another process has left may have holes. */
    @Test
    void beginsAnewAfterAKill() throws IOException {
        byte[] weights = weights(1_000_000);
        ImageDigest image = image("one");
        cut.set(400_000);
        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> store().unpack(image, work.resolve("out"), Progress.IGNORED));

        new DeployedImages(layout(), watched(), new FakeImagePulls())
                .unpack(image, work.resolve("again"), Progress.IGNORED);

        assertThat(lastOffset).hasValue(0);
        assertThat(work.resolve("again/model/weights.bin")).hasBinaryContent(weights);
    }

    @Test
    void saysThatAnObjectIsGoneOrHasChanged() throws IOException {
        weights(1_000);
        ImageDigest image = image("one");
        objects.delete(WEIGHTS);

        assertThatExceptionOfType(NotFound.class)
                .isThrownBy(() -> store().unpack(image, work.resolve("out"), Progress.IGNORED))
                .withMessage(
                        "the file 'model/weights.bin' of the model is not fetched: '%s' does not exist any more",
                        WEIGHTS);
        objects.put(WEIGHTS, "others".getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(NotFound.class)
                .isThrownBy(() -> store().unpack(image, work.resolve("out"), Progress.IGNORED))
                .withMessageContaining("has changed since the model was imported: its etag was '")
                .withMessageContaining("its bytes were 1000 and are 6");

        byte[] same = weights(1_000);
        store().unpack(image, work.resolve("back"), Progress.IGNORED);
        assertThat(work.resolve("back/model/weights.bin")).hasBinaryContent(same);
    }

    @Test
    void waitsForAStoreThatDoesNotAnswer() throws IOException {
        weights(1_000);
        ImageDigest image = image("one");
        objects.refuse(InMemoryObjectStore.Access.READ, WEIGHTS::equals);

        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> store().unpack(image, work.resolve("out"), Progress.IGNORED))
                .withMessageContaining("500");
        objects.answerAgain();
        store().unpack(image, work.resolve("out"), Progress.IGNORED);
        assertThat(work.resolve("out/model/weights.bin")).hasSize(1_000);
    }

    @Test
    void endsWhenItIsNotWantedAnyMore() throws IOException {
        weights(1_000_000);
        ImageDigest image = image("one");

        assertThatIllegalStateException()
                .isThrownBy(() -> store().unpack(image, work.resolve("out"), bytes -> {
                    if (bytes > 300_000) {
                        throw new IllegalStateException("enough");
                    }
                }))
                .withMessage("enough");
    }

    @Test
    void keepsWhatWasFetchedWhileItIsDeployed() throws IOException {
        weights(50_000);
        ImageDigest image = image("one");
        store().unpack(image, work.resolve("out"), Progress.IGNORED);
        ImageArea area = new ImageArea(layout(), Clock.systemUTC());
        InUse deployed = inUse(Set.of(image), null);
        InUse onTrial = inUse(Set.of(), Instant.now().minusSeconds(60));
        InUse published = inUse(Set.of(), null);
        InUse named = new InUse(Set.of(image), published.deployed(), null, Set.of(), Set.of());

        assertThat(area.removeUnused(() -> deployed, 100)).isEqualTo(Removed.NOTHING);
        assertThat(area.removeUnused(() -> onTrial, 100)).isEqualTo(Removed.NOTHING);
        DiskUse use = area.use(() -> named);
        assertThat(use.unused()).isEqualTo(50_000);
        assertThat(area.removeUnused(() -> named, 100)).isEqualTo(new Removed(1, 50_000));
        assertThat(area.use(() -> named)).isEqualTo(new DiskUse(use.bytes() - 50_000, 0));

        store().unpack(image, work.resolve("again"), Progress.IGNORED);
        assertThat(readings).hasValue(2);
        assertThat(work.resolve("again/model/weights.bin")).hasSize(50_000);
    }

    @Test
    void pullsAnImageThatIsNotCopiedAgainWhereItIsDeployed() throws Exception {
        registry = new TestRegistry()
                .with("group/served", "1.0", new TestImage().gzipped(new TestImage.Layer().file("a", "1")));
        ContainerPulls pulls = new ContainerPulls(
                layout(),
                new PullSettings(
                        List.of(new PullSettings.Registry(registry.host(), null, null, true, null)),
                        PullSettings.Limits.USUAL),
                objects);
        PullSource source = PullSource.parse(registry.host() + "/group/served:1.0", "");
        ImageDigest image = pulls.find(source, Progress.IGNORED).digest();
        pulls.pull(source, image, false, Progress.IGNORED);
        ImageArea area = new ImageArea(layout(), Clock.systemUTC());
        DeployedImages images = new DeployedImages(layout(), objects, pulls);
        InUse named = new InUse(Set.of(image), Set.of(), null, Set.of(), Set.of());
        assertThat(area.removeUnused(() -> new InUse(Set.of(image), null, Set.of()), 100))
                .as("while it is deployed")
                .isEqualTo(Removed.NOTHING);

        assertThat(area.removeUnused(() -> named, 100).things()).isEqualTo(1);
        try (Stream<Path> unpacked = Files.list(layout().resolve("unpacked"))) {
            assertThat(unpacked).isEmpty();
        }
        assertThat(images.contains(image)).isTrue();
        images.unpackContainer(image, work.resolve("out"), Progress.IGNORED);
        assertThat(work.resolve("out/rootfs/a")).hasContent("1");

        area.removeUnused(() -> named, 100);
        registry.close();
        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> images.unpackContainer(image, work.resolve("silent"), Progress.IGNORED))
                .withMessageContaining("the image is not copied");
        registry = null;
    }

    private static InUse inUse(Set<ImageDigest> images, @Nullable Instant builtSince) {
        return new InUse(images, builtSince, Set.of());
    }

    private byte[] weights(int bytes) {
        byte[] weights = new byte[bytes];
        for (int each = 0; each < bytes; each++) {
            weights[each] = (byte) (each * 31 + each / 251);
        }
        objects.put(WEIGHTS, weights);
        return weights;
    }

    private ImageDigest image(String code) throws IOException {
        StoredObject object = objects.head(WEIGHTS).orElseThrow();
        byte[] list = new FetchedFiles(
                        List.of(new FetchedFiles.Entry("model/weights.bin", new ImageFile.Origin("p", object))))
                .toText()
                .getBytes(StandardCharsets.UTF_8);
        byte[] text = code.getBytes(StandardCharsets.UTF_8);
        return store().build(
                        "iris",
                        store().keep(List.of(
                                new ImageFile(
                                        "model/customize_service.py",
                                        text.length,
                                        null,
                                        () -> new ByteArrayInputStream(text)),
                                new ImageFile(
                                        FetchedFiles.NAME, list.length, null, () -> new ByteArrayInputStream(list)))));
    }

    private long blobBytes() throws IOException {
        try (Stream<Path> blobs = Files.list(layout().resolve("blobs/sha256"))) {
            return blobs.mapToLong(blob -> blob.toFile().length()).sum();
        }
    }

    private ObjectStore watched() {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(objects, arguments);
                        if (!method.getName().equals("openVersion")) {
                            return answer;
                        }
                        readings.incrementAndGet();
                        lastOffset.set((Long) arguments[1]);
                        int bytes = cut.getAndSet(0);
                        return ((Optional<?>) answer)
                                .map(in -> bytes == 0 ? in : new CutStream((InputStream) in, bytes));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static final class CutStream extends FilterInputStream {

        private int left;

        CutStream(InputStream in, int bytes) {
            super(in);
            left = bytes;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new IOException("connection cut");
            }
            int count = super.read(bytes, offset, Math.min(length, left));
            left -= count;
            return count;
        }
    }
}
