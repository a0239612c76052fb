package dev.slipway.adapters.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.problem.Invalid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

class OciLayoutImageStoreTests {

    private static final String LONG_NAME =
            "a-name-that-is-longer-than-a-tar-header-has-room-for/".repeat(3) + "中文.bin";

    private final Path work;

    OciLayoutImageStoreTests(@TempDir Path work) {
        this.work = work;
    }

    @Test
    void unpacksWhatItPacked() throws IOException {
        OciLayoutImageStore store = store();
        Path folder = model("files");

        ImageDigest image = store.build("iris 0.0.1", folder);
        store.unpack(image, work.resolve("out"));

        assertThat(work.resolve("out/model/config.json")).hasContent("{}");
        assertThat(work.resolve("out/model/" + LONG_NAME)).hasSameBinaryContentAs(folder.resolve("model/" + LONG_NAME));
        assertThat(store.contains(image)).isTrue();
        assertThat(store.size(image)).isGreaterThan(Files.size(folder.resolve("model/" + LONG_NAME)));
    }

    @Test
    void isAnOciImageLayout() throws IOException {
        ImageDigest image = store().build("iris 0.0.1", model("files"));

        assertThat(work.resolve("images/oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
        assertThat(work.resolve("images/index.json")).content().contains(image.value());
        assertThat(work.resolve("images/blobs/sha256/" + image.hex()))
                .content()
                .contains("application/vnd.oci.image.layer.v1.tar\"")
                .contains("\"org.opencontainers.image.title\":\"iris 0.0.1\"");
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
        OciLayoutImageStore store = store();
        model("files");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<ImageDigest>> builds = Stream.of("a", "b", "c", "d", "a", "b")
                    .<Callable<ImageDigest>>map(label -> () -> store.build(label, work.resolve("files")))
                    .toList();
            for (Future<ImageDigest> built : threads.invokeAll(builds)) {
                assertThat(work.resolve("images/index.json"))
                        .content()
                        .contains(built.get().value());
            }
        }
        try (Stream<Path> blobs = Files.list(work.resolve("images/blobs/sha256"))) {
            assertThat(blobs.map(path -> path.getFileName().toString())).noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    @Test
    void noticesADamagedLayer() throws IOException {
        OciLayoutImageStore store = store();
        ImageDigest image = store.build("iris 0.0.1", model("files"));
        String layer = OciJson.partsOf(Files.readString(work.resolve("images/blobs/sha256/" + image.hex())))
                .layer();
        Path blob = work.resolve("images/blobs/sha256/" + layer);
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> store.unpack(image, work.resolve("out")))
                .havingCause()
                .withMessageContaining("damaged");
        assertThat(work.resolve("out")).doesNotExist();
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
    void refusesLayersThatLeadOut() throws IOException {
        for (String name : List.of("../evil", "/etc/evil", "a/../../evil")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            TarWriter tar = new TarWriter(out);
            tar.file(name, 1);
            tar.content(new byte[] {1}, 1);
            tar.endFile(1);
            tar.end();

            Path folder = Files.createDirectories(work.resolve("inner/folder"));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> new TarReader(new ByteArrayInputStream(out.toByteArray()), folder).unpack())
                    .withMessageContaining("leads out");
        }
        assertThat(work.resolve("evil")).doesNotExist();
    }

    @Test
    void isReadableByTarItself() throws Exception {
        Path file = work.resolve("layer.tar");
        try (var out = Files.newOutputStream(file)) {
            new ModelLayer(model("files")).writeTo(out);
        }
        Process tar = new ProcessBuilder("tar", "-tf", file.toString(), "--quoting-style=literal")
                .redirectErrorStream(true)
                .start();
        String listing = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(tar.waitFor()).as(listing).isZero();
        assertThat(listing).contains("home/mind/model/config.json\n").contains("home/mind/model/" + LONG_NAME);
    }

    private OciLayoutImageStore store() {
        return new OciLayoutImageStore(work.resolve("images"));
    }

    private Path model(String name) throws IOException {
        Path folder = work.resolve(name);
        Path deep = folder.resolve("model/" + LONG_NAME);
        Files.createDirectories(deep.getParent());
        Files.write(deep, new byte[100_000]);
        Files.writeString(folder.resolve("model/config.json"), "{}");
        return folder;
    }
}
