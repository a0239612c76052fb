package dev.slipway.adapters.images;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A container image of Slipway itself: a root file system with Python, and a release ({@code ./slipway dist}) in three layers, so that a new
 * build of Slipway changes the small one alone. The same root file system and release give the same digest.
 */
public final class ReleaseImage {

    /** Owner of the data; neither root nor a user that distributions hand out. */
    static final int USER = 10_001;

    /** The only volume: home of the user, with the data folder and the cache of tools in it. */
    static final String HOME = "/var/lib/slipway";

    static final String SETTINGS = "/etc/slipway/slipway.yml";
    static final List<Integer> PORTS = List.of(7300, 7301);

    private static final String RELEASE = "opt/slipway/";

    private final Path base;
    private final Path release;
    private final String version;
    private final String commit;

    /**
     * @param base a root file system as an uncompressed tar, as {@code mmdebstrap} and {@code docker export} write it
     * @param release folder of an unpacked release
     */
    public ReleaseImage(Path base, Path release, String version, String commit) {
        this.base = base;
        this.release = release;
        this.version = version;
        this.commit = commit;
    }

    /**
     * Writes an OCI image layout with this one image.
     *
     * @param layout an empty or missing folder
     * @return the digest of the image's manifest, as {@code sha256:<hex>}
     * @throws IllegalArgumentException if the base is no root file system with Python and bash
     */
    public String writeTo(Path layout) {
        Map<String, String> accounts = accounts();
        try {
            Blobs blobs = new Blobs(layout);
            List<Blobs.Blob> layers = List.of(
                    blobs.writeStream(out -> Files.copy(base, out)),
                    layer(blobs, Map.of(), ReleaseImage::isLibrary),
                    layer(blobs, accounts, path -> !isLibrary(path)));
            Blobs.Blob config = text(blobs, ReleaseImageJson.config(layers, version, commit));
            Blobs.Blob manifest = text(blobs, ReleaseImageJson.manifest(config, layers));
            Durable.replace(layout.resolve("index.json"), ReleaseImageJson.index(manifest, version));
            Durable.replace(layout.resolve("oci-layout"), OciJson.LAYOUT);
            return "sha256:" + manifest.hex();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "image of release '%s': cannot be written to '%s'".formatted(version, layout), e);
        }
    }

    /** Java and the jars of others: most of the bytes, and the same from one build of Slipway to the next. */
    private static boolean isLibrary(Path path) {
        String name = path.getFileName().toString();
        return path.startsWith("java") || (name.endsWith(".jar") && !name.startsWith("slipway-"));
    }

    private Blobs.Blob layer(Blobs blobs, Map<String, String> accounts, Predicate<Path> included) throws IOException {
        return blobs.writeStream(out -> {
            LayerWriter tar = new LayerWriter(out);
            if (!accounts.isEmpty()) {
                for (Map.Entry<String, String> file : accounts.entrySet()) {
                    tar.text(file.getKey(), file.getValue());
                }
                tar.folder("etc/slipway/", 0, 0755);
                tar.text(SETTINGS.substring(1), settings());
                tar.folder(HOME.substring(1) + "/", USER, 0700);
            }
            tar.folder(RELEASE, 0, 0755);
            tar.tree(RELEASE, release, included);
            tar.finish();
        });
    }

    /** Reached from outside of the container, unlike on a workstation; all else is as after a first start. */
    private static String settings() {
        return """
                # The settings of this image. Mount your own file here to change them: docs/operations.md says what may stand in it.
                api: {host: 0.0.0.0, port: %d}
                gateway: {host: 0.0.0.0, port: %d}
                """.formatted(PORTS.getFirst(), PORTS.getLast());
    }

    /** The base's lists of users and groups with ours: the programs of PostgreSQL do not start for a user without a name. */
    private Map<String, String> accounts() {
        Map<String, String> found = new TreeMap<>();
        boolean python = false;
        boolean bash = false;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(base));
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = entry.getName().replaceFirst("^(\\./|/)", "");
                python |= name.matches("usr/(local/)?bin/python3");
                bash |= name.matches("(usr/)?bin/bash");
                if (name.equals("etc/passwd") || name.equals("etc/group")) {
                    found.put(name, new String(tar.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "base '%s': expected an uncompressed tar of a root file system, found: %s"
                            .formatted(base, e.getMessage()),
                    e);
        }
        if (!python || !bash || found.size() != 2) {
            throw new IllegalArgumentException(
                    "base '%s': expected a root file system with bin/bash, bin/python3, etc/passwd and etc/group; deploy/image-base.sh makes one"
                            .formatted(base));
        }
        found.computeIfPresent(
                "etc/passwd", (name, text) -> text + "slipway:x:%d:%d::%s:/bin/bash\n".formatted(USER, USER, HOME));
        found.computeIfPresent("etc/group", (name, text) -> text + "slipway:x:%d:\n".formatted(USER));
        return found;
    }

    private static Blobs.Blob text(Blobs blobs, String text) throws IOException {
        return blobs.writeStream(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
