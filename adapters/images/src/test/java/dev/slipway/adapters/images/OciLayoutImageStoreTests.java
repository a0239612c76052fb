package dev.slipway.adapters.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.testing.image.FolderImage;
import dev.slipway.testing.image.ImageStoreContract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
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
        ImageDigest image = FolderImage.build(store(), "iris 0.0.1", model("files"));

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
                    .<Callable<ImageDigest>>map(label -> () -> FolderImage.build(store, label, work.resolve("files")))
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
        ImageDigest image = FolderImage.build(store, "iris 0.0.1", model("files"));
        String layer = OciJson.partsOf(Files.readAllBytes(work.resolve("images/blobs/sha256/" + image.hex())))
                .layers()
                .getFirst();
        removeUnpacked();
        Path blob = work.resolve("images/blobs/sha256/" + layer);
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> store.unpack(image, work.resolve("out"), ImagePulls.Progress.IGNORED))
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
        Path folder = model("files");
        Files.write(folder.resolve("model/large.bin"), new byte[(2 << 20) + 1]);
        List<String> listed = new ArrayList<>();
        for (String layer : layersOf(FolderImage.build(store(), "iris 0.0.1", folder))) {
            Path file = work.resolve("images/blobs/sha256/" + layer);
            Process tar = new ProcessBuilder("tar", "-tvf", file.toString(), "--quoting-style=literal", "--utc")
                    .redirectErrorStream(true)
                    .start();
            String listing = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(tar.waitFor()).as(listing).isZero();
            listed.addAll(listing.lines().toList());
        }

        assertThat(listed)
                .contains("-rw-r--r-- 0/0               2 1970-01-01 00:00 home/mind/model/config.json")
                .contains("-rw-r--r-- 0/0         2097153 1970-01-01 00:00 home/mind/model/large.bin")
                .anyMatch(line -> line.endsWith("home/mind/model/" + LONG_NAME));
    }

    @Test
    void givesEqualDigestsInEachTimeZoneAndUnderEachUmask() throws IOException {
        Path folder = model("files");
        Files.write(folder.resolve("model/large.bin"), new byte[2 << 20]);
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            ImageDigest first = FolderImage.build(store(), "iris 0.0.1", folder);
            TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
            Files.setPosixFilePermissions(
                    folder.resolve("model/large.bin"), PosixFilePermissions.fromString("r-x------"));
            ImageDigest second =
                    FolderImage.build(new OciLayoutImageStore(work.resolve("other")), "iris 0.0.1", folder);

            assertThat(first)
                    .isEqualTo(second)
                    .hasToString("sha256:883181e9dde4be963267edb2d22d20ba75f4bd7b9619dcac8c31f65a452b99ce");
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void versionsShareWhatIsLarge() throws IOException {
        Path folder = model("files");
        byte[] weights = new byte[(2 << 20) + 7];
        new Random(1).nextBytes(weights);
        Files.write(Files.createDirectories(folder.resolve("model/deep")).resolve("weights.bin"), weights);
        List<String> first = layersOf(FolderImage.build(store(), "iris 0.0.1", folder));
        Files.writeString(folder.resolve("model/config.json"), "{ }");
        ImageDigest second = FolderImage.build(store(), "iris 0.0.2", folder);

        assertThat(layersOf(second)).hasSize(3).containsAll(first.subList(0, 2)).doesNotContain(first.get(2));
        store().unpack(second, work.resolve("one"), ImagePulls.Progress.IGNORED);
        removeUnpacked();
        store().unpack(second, work.resolve("two"), ImagePulls.Progress.IGNORED);
        for (String out : List.of("one", "two")) {
            assertThat(work.resolve(out + "/model/deep/weights.bin")).hasBinaryContent(weights);
            assertThat(work.resolve(out + "/model/config.json")).hasContent("{ }");
            assertThat(work.resolve(out + "/model/" + LONG_NAME)).hasSize(100_000);
        }
    }

    @Test
    void readsAgainWhatItHasLost() throws IOException {
        List<String> read = new ArrayList<>();
        ImageFile file = object("p", "bucket", "k/weights", "e", new byte[2 << 20], read);
        String layer = store().keep(List.of(file)).layers().getFirst();
        Files.delete(work.resolve("images/blobs/sha256/" + layer));

        assertThat(store().keep(List.of(file)).layers()).containsExactly(layer);
        assertThat(read).hasSize(2);
        assertThat(work.resolve("images/blobs/sha256/" + layer)).exists();
    }

    private List<String> layersOf(ImageDigest image) throws IOException {
        return OciJson.partsOf(Files.readAllBytes(work.resolve("images/blobs/sha256/" + image.hex())))
                .layers();
    }

    /** As after a restore of a backup without it. */
    private void removeUnpacked() throws IOException {
        try (Stream<Path> paths = Files.walk(work.resolve("images/unpacked"))) {
            for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    @Override
    protected OciLayoutImageStore store() {
        if (store == null) {
            store = new OciLayoutImageStore(work.resolve("images"));
        }
        return store;
    }
}
