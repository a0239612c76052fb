package dev.slipway.adapters.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.retention.DiskArea.DiskUse;
import dev.slipway.domain.retention.DiskArea.Removed;
import dev.slipway.domain.retention.InUse;
import dev.slipway.testing.image.FolderImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageAreaTests {

    private static final int BYTES = 50_000;

    @TempDir
    private Path work;

    private Path layout;
    private OciLayoutImageStore store;
    private ImageArea area;

    @BeforeEach
    void open() {
        layout = work.resolve("images");
        store = new OciLayoutImageStore(layout);
        area = new ImageArea(layout, Clock.systemUTC());
    }

    @Test
    void removesWhatNobodyNamesAndKeepsWhatItSharedWithOthers() throws IOException {
        ImageDigest kept = FolderImage.build(store, "kept 0.0.1", model("same", 1));
        ImageDigest shares = FolderImage.build(store, "other 0.0.1", model("same", 1));
        ImageDigest alone = FolderImage.build(store, "alone 0.0.1", model("alone", 2));
        DiskUse before = area.use(() -> using(null, kept));

        Removed removed = area.removeUnused(() -> using(null, kept), 100);

        assertThat(removed.bytes()).isEqualTo(before.unused()).isGreaterThan(BYTES);
        assertThat(removed.things()).as("two manifests, a config and a layer").isEqualTo(4);
        assertThat(area.use(() -> using(null, kept))).isEqualTo(new DiskUse(before.bytes() - before.unused(), 0));
        assertThat(store.contains(kept)).isTrue();
        assertThat(store.contains(shares)).isFalse();
        assertThat(store.contains(alone)).isFalse();
        store.unpack(kept, work.resolve("out"), ImagePulls.Progress.IGNORED);
        assertThat(work.resolve("out/model/weights")).hasSize(BYTES);
        assertThat(layout.resolve("index.json"))
                .content()
                .contains(kept.value())
                .doesNotContain(shares.value(), alone.value());
        assertThat(area.removeUnused(() -> using(null, kept), 100)).isEqualTo(Removed.NOTHING);
    }

    @Test
    void removesNoMoreThanItIsToldAtOnce() throws IOException {
        FolderImage.build(store, "a 0.0.1", model("a", 1));

        assertThat(area.removeUnused(() -> using(null), 2).things()).isEqualTo(2);
        assertThat(area.removeUnused(() -> using(null), 2).things()).isEqualTo(1);
    }

    @Test
    void keepsWhatAnImportHasBuiltAndNotNamedYet() throws IOException {
        Instant asked = Instant.now().minus(Duration.ofMinutes(1));
        ImageDigest built = FolderImage.build(store, "new 0.0.1", model("new", 1));

        area.removeUnused(() -> using(asked), 100);
        assertThat(store.contains(built)).isTrue();

        area.removeUnused(() -> using(Instant.now().plusSeconds(60)), 100);
        assertThat(store.contains(built)).as("built before the oldest import").isFalse();
    }

    /** Between the look and the removal another import builds the very same image: it has to find it whole. */
    @Test
    void keepsWhatIsBuiltAgainWhileItLooks() throws IOException {
        Path files = model("again", 1);
        ImageDigest built = FolderImage.build(store, "again 0.0.1", files);

        area.removeUnused(
                () -> {
                    InUse before = using(null);
                    FolderImage.build(store, "again 0.0.1", files);
                    return before;
                },
                100);

        assertThat(store.contains(built)).isTrue();
    }

    @Test
    void removesDraftsOfKilledBuildsOnly() throws IOException {
        FolderImage.build(store, "a 0.0.1", model("a", 1));
        Path blobs = layout.resolve("blobs/sha256");
        Path fresh = Files.writeString(blobs.resolve(".new-1.tmp"), "being written");
        Path old = Files.writeString(blobs.resolve(".new-2.tmp"), "left by a killed build");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(7))));

        area.removeUnused(() -> using(Instant.EPOCH), 100);

        assertThat(fresh).exists();
        assertThat(old).doesNotExist();
    }

    @Test
    void hasNothingToDoBeforeTheFirstImage() {
        assertThat(area.use(() -> using(null))).isEqualTo(new DiskUse(0, 0));
        assertThat(area.removeUnused(() -> using(null), 100)).isEqualTo(Removed.NOTHING);
    }

    private static InUse using(@Nullable Instant builtSince, ImageDigest... images) {
        return new InUse(Set.of(images), builtSince, Set.of());
    }

    private Path model(String name, int content) throws IOException {
        Path folder = work.resolve(name);
        byte[] bytes = new byte[BYTES];
        bytes[0] = (byte) content;
        Files.write(Files.createDirectories(folder.resolve("model")).resolve("weights"), bytes);
        return folder;
    }
}
