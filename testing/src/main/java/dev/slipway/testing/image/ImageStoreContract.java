package dev.slipway.testing.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ImageStore} does. */
public abstract class ImageStoreContract {

    /** A name too long for a plain tar header, with letters that are not ASCII. */
    protected static final String LONG_NAME =
            "a-name-that-is-longer-than-a-tar-header-has-room-for/".repeat(3) + "中文.bin";

    @TempDir
    protected Path work;

    /** The store under test: the same at each call of one test. */
    protected abstract ImageStore store();

    @Test
    void unpacksWhatItPacked() throws IOException {
        Path folder = model("files");

        ImageDigest image = FolderImage.build(store(), "iris 0.0.1", folder);
        store().unpack(image, work.resolve("out"), ImagePulls.Progress.IGNORED);

        assertThat(work.resolve("out/model/config.json")).hasContent("{}");
        assertThat(work.resolve("out/model/" + LONG_NAME)).hasSameBinaryContentAs(folder.resolve("model/" + LONG_NAME));
        assertThat(store().contains(image)).isTrue();
        assertThat(store().size(image)).isGreaterThanOrEqualTo(100_002);
    }

    @Test
    void givesEqualDigestsForEqualFiles() throws IOException {
        Path second = model("second");
        Files.setLastModifiedTime(second.resolve("model/config.json"), FileTime.fromMillis(0));

        assertThat(FolderImage.build(store(), "iris 0.0.1", model("first")))
                .isEqualTo(FolderImage.build(store(), "iris 0.0.1", second));
        Files.writeString(second.resolve("model/config.json"), "{ }");
        assertThat(FolderImage.build(store(), "iris 0.0.1", second))
                .isNotEqualTo(FolderImage.build(store(), "iris 0.0.1", work.resolve("first")));
    }

    @Test
    void buildsAtTheSameTime() throws Exception {
        model("files");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<ImageDigest>> builds = Stream.of("a", "b", "c", "d", "a", "b")
                    .<Callable<ImageDigest>>map(label -> () -> FolderImage.build(store(), label, work.resolve("files")))
                    .toList();
            for (Future<ImageDigest> built : threads.invokeAll(builds)) {
                assertThat(store().contains(built.get())).isTrue();
            }
        }
    }

    @Test
    void readsAKnownVersionOfAnObjectNeverAgain() throws IOException {
        List<String> read = new ArrayList<>();
        byte[] weights = new byte[2 << 20];
        byte[] code = "code".getBytes(StandardCharsets.UTF_8);
        ImageFile known = object("p", "bucket", "model/weights", "e1", weights, read);
        ImageFile small = object("p", "bucket", "model/a.txt", "e2", code, read);
        ImageFile changed = object("p", "bucket", "model/c.txt", "e3", "old".getBytes(StandardCharsets.UTF_8), read);
        store().keep(List.of(known, small, changed));
        assertThat(read).containsExactlyInAnyOrder("model/weights", "model/a.txt", "model/c.txt");
        read.clear();

        ImageFile now = object("p", "bucket", "model/c.txt", "e4", "new".getBytes(StandardCharsets.UTF_8), read);
        ImageDigest image = store().build("iris 0.0.2", store().keep(List.of(known, small, now)));

        assertThat(read).containsExactly("model/c.txt");
        store().unpack(image, work.resolve("out"), ImagePulls.Progress.IGNORED);
        assertThat(work.resolve("out/model/weights")).hasBinaryContent(weights);
        assertThat(work.resolve("out/model/a.txt")).hasContent("code");
        assertThat(work.resolve("out/model/c.txt")).hasContent("new");
    }

    /** An etag alone never stands for content. */
    @Test
    void knowsAnObjectByProjectBucketKeySizeAndEtag() throws IOException {
        List<String> read = new ArrayList<>();
        byte[] bytes = {1, 2, 3};
        store().keep(List.of(object("p", "bucket", "model/w", "e", bytes, read)));
        for (ImageFile other : List.of(
                object("q", "bucket", "model/w", "e", new byte[] {4, 5, 6}, read),
                object("p", "other", "model/w", "e", new byte[] {4, 5, 7}, read),
                object("p", "bucket", "model/v", "e", new byte[] {4, 5, 8}, read),
                object("p", "bucket", "model/w", "e", new byte[] {4, 5}, read),
                object("p", "bucket", "model/w", "f", new byte[] {4, 5, 9}, read))) {
            read.clear();
            ImageDigest image = store().build("iris", store().keep(List.of(other)));
            assertThat(read).hasSize(1);
            Path out = work.resolve("out-" + image.hex());
            store().unpack(image, out, ImagePulls.Progress.IGNORED);
            try (InputStream in = other.content().open()) {
                assertThat(out.resolve(other.path())).hasBinaryContent(in.readAllBytes());
            }
        }
    }

    @Test
    void refusesAFileThatHasAnotherSizeThanItSays() {
        for (int bytes : List.of(2, 4)) {
            ImageFile file = new ImageFile("model/w", 3, null, () -> new ByteArrayInputStream(new byte[bytes]));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> store().keep(List.of(file)))
                    .withMessageContaining("was listed with 3 bytes");
        }
    }

    /** A version of an object whose key is the file's path, and which notes each reading. */
    protected static ImageFile object(
            String project, String bucket, String key, String etag, byte[] bytes, List<String> read) {
        StoredObject object = new StoredObject(new ObjectUri(bucket, key), bytes.length, etag);
        return new ImageFile(key, bytes.length, new ImageFile.Origin(project, object), () -> {
            read.add(key);
            return new ByteArrayInputStream(bytes);
        });
    }

    @Test
    void refusesLinksInPackages() throws IOException {
        Path folder = model("files");
        Files.createSymbolicLink(folder.resolve("model/passwd"), Path.of("/etc/passwd"));

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> FolderImage.build(store(), "iris 0.0.1", folder))
                .withMessageContaining("model/passwd");
    }

    @Test
    void doesNotHaveWhatWasNeverBuilt() {
        ImageDigest unknown = new ImageDigest("sha256:" + "0".repeat(64));

        assertThat(store().contains(unknown)).isFalse();
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> store().unpack(unknown, work.resolve("out"), ImagePulls.Progress.IGNORED))
                .withMessageContaining(unknown.hex());
        assertThat(work.resolve("out")).doesNotExist();
    }

    /** A folder with {@code model/config.json} and one file of a long name and 100,000 bytes. */
    protected final Path model(String name) throws IOException {
        Path folder = work.resolve(name);
        Path deep = folder.resolve("model/" + LONG_NAME);
        Files.createDirectories(deep.getParent());
        Files.write(deep, new byte[100_000]);
        Files.writeString(folder.resolve("model/config.json"), "{}");
        return folder;
    }
}
