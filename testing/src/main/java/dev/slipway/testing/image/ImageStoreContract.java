package dev.slipway.testing.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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

        ImageDigest image = store().build("iris 0.0.1", folder);
        store().unpack(image, work.resolve("out"));

        assertThat(work.resolve("out/model/config.json")).hasContent("{}");
        assertThat(work.resolve("out/model/" + LONG_NAME)).hasSameBinaryContentAs(folder.resolve("model/" + LONG_NAME));
        assertThat(store().contains(image)).isTrue();
        assertThat(store().size(image)).isGreaterThanOrEqualTo(100_002);
    }

    @Test
    void givesEqualDigestsForEqualFiles() throws IOException {
        Path second = model("second");
        Files.setLastModifiedTime(second.resolve("model/config.json"), FileTime.fromMillis(0));

        assertThat(store().build("iris 0.0.1", model("first"))).isEqualTo(store().build("iris 0.0.1", second));
        Files.writeString(second.resolve("model/config.json"), "{ }");
        assertThat(store().build("iris 0.0.1", second))
                .isNotEqualTo(store().build("iris 0.0.1", work.resolve("first")));
    }

    @Test
    void buildsAtTheSameTime() throws Exception {
        model("files");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<ImageDigest>> builds = Stream.of("a", "b", "c", "d", "a", "b")
                    .<Callable<ImageDigest>>map(label -> () -> store().build(label, work.resolve("files")))
                    .toList();
            for (Future<ImageDigest> built : threads.invokeAll(builds)) {
                assertThat(store().contains(built.get())).isTrue();
            }
        }
    }

    @Test
    void refusesLinksInPackages() throws IOException {
        Path folder = model("files");
        Files.createSymbolicLink(folder.resolve("model/passwd"), Path.of("/etc/passwd"));

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> store().build("iris 0.0.1", folder))
                .withMessageContaining("model/passwd");
    }

    @Test
    void doesNotHaveWhatWasNeverBuilt() {
        ImageDigest unknown = new ImageDigest("sha256:" + "0".repeat(64));

        assertThat(store().contains(unknown)).isFalse();
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> store().unpack(unknown, work.resolve("out")))
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
