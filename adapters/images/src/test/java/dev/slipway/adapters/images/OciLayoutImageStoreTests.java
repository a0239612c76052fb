package dev.slipway.adapters.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.testing.image.ImageStoreContract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OciLayoutImageStoreTests extends ImageStoreContract {

    private @Nullable OciLayoutImageStore store;

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
    void keepsTheIndexWholeUnderBuildsAtTheSameTime() throws Exception {
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
    void refusesLayersThatLeadOut() throws IOException {
        for (String name : List.of("../evil", "/etc/evil", "a/../../evil")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                TarArchiveEntry entry = new TarArchiveEntry(name, true);
                entry.setSize(1);
                tar.putArchiveEntry(entry);
                tar.write(1);
                tar.closeArchiveEntry();
            }

            Path folder = Files.createDirectories(work.resolve("inner/folder"));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> new LayerReader(new ByteArrayInputStream(out.toByteArray()), folder).unpack())
                    .withMessageContaining("leads out");
        }
        assertThat(work.resolve("evil")).doesNotExist();
    }

    @Test
    void refusesLayersWithLinks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry("home/mind/passwd", TarConstants.LF_SYMLINK);
            entry.setLinkName("/etc/passwd");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        new LayerReader(new ByteArrayInputStream(out.toByteArray()), work.resolve("links")).unpack())
                .withMessageContaining("neither file nor folder");
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

    @Override
    protected OciLayoutImageStore store() {
        if (store == null) {
            store = new OciLayoutImageStore(work.resolve("images"));
        }
        return store;
    }
}
