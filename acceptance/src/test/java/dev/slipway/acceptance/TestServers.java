package dev.slipway.acceptance;

import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.image.DebianRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Container images with a server of their own: one static program, which Go builds. */
final class TestServers {

    private static final Path SOURCE = Path.of("..", "runtime", "src", "test", "image", "server.go");
    private static final Path FOLDER = Path.of("target", "servers").toAbsolutePath();

    private TestServers() {}

    /** The program of that version; empty where Go is not installed. */
    static Optional<Path> program(String version) throws IOException, InterruptedException {
        for (String go : List.of("go", "/usr/local/go/bin/go")) {
            Files.createDirectories(FOLDER);
            Path program = FOLDER.resolve("server-" + version);
            ProcessBuilder building = new ProcessBuilder(
                            go,
                            "build",
                            "-ldflags",
                            "-s -w -X main.version=" + version,
                            "-o",
                            program.toString(),
                            SOURCE.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(FOLDER.resolve("log").toFile());
            building.environment().putAll(Map.of("GO111MODULE", "off", "CGO_ENABLED", "0"));
            try {
                if (building.start().waitFor() == 0) {
                    return Optional.of(program);
                }
            } catch (IOException noSuchProgram) {
                // The next place is tried.
            }
        }
        return Optional.empty();
    }

    /**
     * An image of that program.
     *
     * @param settings of its configuration, as JSON
     */
    static Image image(Path program, String settings) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String folder : List.of("app/", "etc/")) {
                tar.putArchiveEntry(new TarArchiveEntry(folder));
                tar.closeArchiveEntry();
            }
            put(tar, "etc/passwd", "serve:x:1234:1234::/app:/bin/none\n".getBytes(StandardCharsets.UTF_8), 0644);
            put(tar, "serve", Files.readAllBytes(program), 0755);
        }
        byte[] layer = bytes.toByteArray();
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(layer);
        }
        Image image = new Image();
        byte[] config =
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":%s,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
                        .formatted(settings, digest(layer))
                        .getBytes(StandardCharsets.UTF_8);
        image.manifest =
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
                        .formatted(
                                image.put("application/vnd.oci.image.config.v1+json", config),
                                image.put("application/vnd.oci.image.layer.v1.tar+gzip", compressed.toByteArray()))
                        .getBytes(StandardCharsets.UTF_8);
        return image;
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static String digest(byte[] bytes) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** An image, by its blobs. */
    static final class Image {

        private final Map<String, byte[]> blobs = new LinkedHashMap<>();
        private byte[] manifest = {};

        private String put(String mediaType, byte[] bytes) throws Exception {
            blobs.put(digest(bytes), bytes);
            return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                    .formatted(mediaType, digest(bytes), bytes.length);
        }

        /** Puts it into a folder of object storage as an OCI layout. */
        void upload(ObjectStore objects, ObjectUri folder, String tag) throws Exception {
            objects.put(
                    folder.resolve("oci-layout"),
                    "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            String index =
                    "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"%s\",\"size\":%d,\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}}]}"
                            .formatted(digest(manifest), manifest.length, tag);
            objects.put(folder.resolve("index.json"), index.getBytes(StandardCharsets.UTF_8));
            objects.put(folder.resolve("blobs/" + digest(manifest).replace(':', '/')), manifest);
            for (Map.Entry<String, byte[]> blob : blobs.entrySet()) {
                objects.put(folder.resolve("blobs/" + blob.getKey().replace(':', '/')), blob.getValue());
            }
        }

        /** Pushes it, and gives its reference by digest. */
        String push(DebianRegistry registry, String repository, String tag) throws Exception {
            for (Map.Entry<String, byte[]> blob : blobs.entrySet()) {
                registry.pushBlob(repository, blob.getKey(), blob.getValue());
            }
            registry.pushManifest(repository, tag, manifest);
            return "%s/%s@%s".formatted(registry.host(), repository, digest(manifest));
        }
    }
}
