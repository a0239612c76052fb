package dev.slipway.adapters.images;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/** Builds container images, also such as no honest tool builds. */
final class TestImage {

    private String settings = "{\"Cmd\":[\"/serve\"]}";
    private final Map<String, byte[]> blobs = new LinkedHashMap<>();
    private final List<String> layers = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();

    /** The entries of a layer. */
    static final class Layer {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

        Layer() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        }

        Layer file(String name, String content) {
            return file(name, content, 0644);
        }

        Layer file(String name, String content, int mode) {
            return entry(name, TarArchiveEntry.LF_NORMAL, "", content, mode);
        }

        Layer folder(String name) {
            return entry(name, TarArchiveEntry.LF_DIR, "", "", 0755);
        }

        Layer link(String name, String target) {
            return entry(name, TarArchiveEntry.LF_SYMLINK, target, "", 0777);
        }

        Layer hardLink(String name, String target) {
            return entry(name, TarArchiveEntry.LF_LINK, target, "", 0644);
        }

        Layer device(String name) {
            return entry(name, TarArchiveEntry.LF_CHR, "", "", 0666);
        }

        private Layer entry(String name, byte type, String target, String content, int mode) {
            try {
                byte[] data = content.getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
                entry.setLinkName(target);
                entry.setSize(data.length);
                entry.setMode(mode);
                entry.setModTime(1_000_000_000_000L);
                tar.putArchiveEntry(entry);
                tar.write(data);
                tar.closeArchiveEntry();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        byte[] bytes() {
            try {
                tar.close();
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** With these settings in its configuration, as JSON. */
    TestImage with(String json) {
        settings = json;
        return this;
    }

    TestImage layer(Layer layer) {
        return layer(layer.bytes(), "");
    }

    TestImage gzipped(Layer layer) {
        byte[] tar = layer.bytes();
        return layer(tar, gzip(tar), "+gzip");
    }

    TestImage zstd(Layer layer) throws IOException {
        byte[] tar = layer.bytes();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdCompressorOutputStream zstd = new ZstdCompressorOutputStream(out)) {
            zstd.write(tar);
        }
        return layer(tar, out.toByteArray(), "+zstd");
    }

    private TestImage layer(byte[] tar, String ending) {
        return layer(tar, tar, ending);
    }

    /** A layer whose bytes need not be those of the tar. */
    TestImage layer(byte[] tar, byte[] blob, String ending) {
        layers.add(descriptor("application/vnd.oci.image.layer.v1.tar" + ending, blob, blob.length));
        differences.add("\"sha256:%s\"".formatted(hex(tar)));
        blobs.put(hex(blob), blob);
        return this;
    }

    /** A layer of whose size the manifest lies. */
    TestImage layerOfSize(Layer layer, long said) {
        byte[] tar = layer.bytes();
        layers.add(descriptor("application/vnd.oci.image.layer.v1.tar", tar, said));
        differences.add("\"sha256:%s\"".formatted(hex(tar)));
        blobs.put(hex(tar), tar);
        return this;
    }

    /** The bytes of its manifest; the other blobs are complete then. */
    byte[] manifest() {
        byte[] config =
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":%s,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
                        .formatted(settings, String.join(", ", differences))
                        .getBytes(StandardCharsets.UTF_8);
        blobs.put(hex(config), config);
        // With blanks and keys in another order than ours.
        return """
                {
                  "schemaVersion": 2,
                  "layers": [%s],
                  "config": %s
                }
                """.formatted(
                        layers.stream().collect(Collectors.joining(",\n")),
                        descriptor("application/vnd.oci.image.config.v1+json", config, config.length))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** By digest. */
    Map<String, byte[]> blobs() {
        return blobs;
    }

    static byte[] index(byte[] manifest, String tag, String architecture) {
        return """
                {"schemaVersion": 2, "manifests": [
                  {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 3, "digest": "sha256:%s",
                   "platform": {"os": "linux", "architecture": "s390x"}, "annotations": {"org.opencontainers.image.ref.name": "%s"}},
                  {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": %d, "digest": "sha256:%s",
                   "platform": {"os": "linux", "architecture": "%s"}, "annotations": {"org.opencontainers.image.ref.name": "%s"}}]}
                """.formatted("0".repeat(64), tag, manifest.length, hex(manifest), architecture, tag)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(Blobs.sha256().digest(bytes));
    }

    private static String descriptor(String mediaType, byte[] bytes, long size) {
        return "{\"size\": %d, \"mediaType\": \"%s\", \"digest\": \"sha256:%s\"}"
                .formatted(size, mediaType, hex(bytes));
    }
}
