package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@link ImageStore} in a folder that is an OCI image layout ({@code oci-layout}, {@code index.json}, {@code blobs}). Any tool that
 * reads layouts can read it. Safe for use by many threads and processes.
 */
public final class OciLayoutImageStore implements ImageStore {

    private final Path layout;
    private final Blobs blobs;

    public OciLayoutImageStore(Path layout) {
        this.layout = layout;
        this.blobs = new Blobs(layout);
    }

    @Override
    public ImageDigest build(String label, Path folder) {
        try {
            Blobs.Blob layer = blobs.write(new ModelLayer(folder)::writeTo);
            Blobs.Blob config = text(OciJson.config(layer.hex()));
            Blobs.Blob manifest = text(OciJson.manifest(label, config, layer));
            list(manifest);
            return new ImageDigest("sha256:" + manifest.hex());
        } catch (IOException e) {
            throw new UncheckedIOException("image of '%s': cannot be written to '%s'".formatted(label, layout), e);
        }
    }

    @Override
    public boolean contains(ImageDigest image) {
        if (!blobs.contains(image.hex())) {
            return false;
        }
        try {
            OciJson.Parts parts = parts(image);
            return blobs.contains(parts.config()) && blobs.contains(parts.layer());
        } catch (UncheckedIOException damaged) {
            return false;
        }
    }

    @Override
    public void unpack(ImageDigest image, Path folder) {
        String layer = parts(image).layer();
        Path target = folder.toAbsolutePath().normalize();
        Path aside = target.resolveSibling("." + target.getFileName() + "-"
                + ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId());
        try {
            Files.createDirectories(aside);
            unpackLayer(layer, aside);
            moveInto(aside.resolve(ModelLayer.ROOT), target);
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s': cannot be unpacked into '%s'".formatted(image, folder), e);
        } finally {
            removeTree(aside);
        }
    }

    @Override
    public long size(ImageDigest image) {
        OciJson.Parts parts = parts(image);
        try {
            return blobs.size(image.hex()) + blobs.size(parts.config()) + blobs.size(parts.layer());
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s': cannot be read".formatted(image), e);
        }
    }

    private void unpackLayer(String layer, Path folder) throws IOException {
        try (InputStream in = blobs.open(layer)) {
            Blobs.verify(layer, new LayerReader(in, folder).unpack());
        }
    }

    /** Moves files one by one into a folder that may exist; files of the same name are replaced. */
    private static void moveInto(Path from, Path target) throws IOException {
        Files.createDirectories(target);
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path to = target.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(to);
                } else {
                    Files.move(path, to, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private OciJson.Parts parts(ImageDigest image) {
        try {
            return OciJson.partsOf(new String(blobs.read(image.hex()), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s': cannot be read from '%s'".formatted(image, layout), e);
        }
    }

    private Blobs.Blob text(String text) throws IOException {
        return blobs.write(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Adds the manifest to index.json, one writer at a time. The index is for other tools; Slipway finds images by digest. */
    private void list(Blobs.Blob manifest) throws IOException {
        LayoutLock.holding(layout, () -> {
            Path index = layout.resolve("index.json");
            Map<String, Long> manifests = OciJson.manifestsOf(Files.exists(index) ? Files.readString(index) : "");
            manifests.put(manifest.hex(), manifest.size());
            Durable.replace(index, OciJson.index(manifests));
            createOnce(layout.resolve("oci-layout"), OciJson.LAYOUT);
            return true;
        });
    }

    private static void createOnce(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException asItShouldBe) {
            // written by an earlier build
        }
    }

    private static void removeTree(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(path);
            }
        } catch (IOException leftover) {
            // a folder with a leading dot, which other tools ignore
        }
    }
}
