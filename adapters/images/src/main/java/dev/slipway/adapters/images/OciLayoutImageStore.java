package dev.slipway.adapters.images;

import dev.slipway.domain.image.FetchedFiles;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImageLayers;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@link ImageStore} in a folder that is an OCI image layout ({@code oci-layout}, {@code index.json}, {@code blobs}). Any tool that
 * reads layouts can read it. Files that images only name ({@link FetchedFiles}) are not fetched by it. Safe for use by many threads and processes.
 */
public final class OciLayoutImageStore implements ImageStore {

    private final Path layout;
    private final Blobs blobs;
    private final UnpackedLayers unpacked;
    private final KnownContents known;
    private final PulledSources sources;

    public OciLayoutImageStore(Path layout) {
        this.layout = layout;
        this.blobs = new Blobs(layout);
        this.unpacked = new UnpackedLayers(layout, blobs);
        this.known = new KnownContents(layout);
        this.sources = new PulledSources(layout);
    }

    @Override
    public ImageLayers keep(List<ImageFile> files) throws IOException {
        Map<ImageFile, KnownContents.Place> places = Map.of();
        boolean looked = false;
        List<String> kept = new ArrayList<>();
        for (ModelLayer layer : LayerPlan.of(files)) {
            Optional<String> same = known.layerOf(layer);
            if (same.isPresent() && blobs.use(same.get())) {
                kept.add(same.get());
                continue;
            }
            if (!looked) {
                places = known.placesOf(files);
                looked = true;
            }
            kept.add(write(layer, places));
        }
        return new ImageLayers(kept);
    }

    private String write(ModelLayer layer, Map<ImageFile, KnownContents.Place> places) throws IOException {
        Blobs.Written<List<ModelLayer.Place>> written =
                blobs.write((out, digest) -> layer.writeTo(out, digest, file -> {
                    KnownContents.Place place = places.get(file);
                    return place != null && blobs.use(place.layer())
                            ? blobs.open(place.layer(), place.offset(), file.size())
                            : file.content().open();
                }));
        String hex = written.blob().hex();
        unpacked.add(hex, written.result());
        known.note(hex, layer, written.result());
        return hex;
    }

    @Override
    public ImageDigest build(String label, ImageLayers layers) {
        try {
            List<Blobs.Blob> kept = new ArrayList<>();
            for (String hex : layers.layers()) {
                if (!blobs.use(hex)) {
                    throw new NoSuchFileException("layer sha256:%s is not kept any more".formatted(hex));
                }
                kept.add(new Blobs.Blob(hex, blobs.size(hex)));
            }
            Blobs.Blob config = blobs.write(OciJson.config(kept));
            Blobs.Blob manifest = blobs.write(OciJson.manifest(label, config, kept));
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
            return blobs.contains(parts.config())
                    && (unpacked.has(image.hex())
                            || parts.layers().stream().allMatch(blobs::contains)
                            || sources.of(image.hex()).isPresent());
        } catch (IOException | UncheckedIOException damaged) {
            return false;
        }
    }

    /** Whether the files of that container image are unpacked here. */
    boolean hasFilesOf(ImageDigest image) {
        return unpacked.has(image.hex());
    }

    @Override
    public void unpack(ImageDigest image, Path folder, ImagePulls.Progress progress) {
        try {
            List<Path> layers = new ArrayList<>();
            for (String layer : parts(image).layers()) {
                layers.add(unpacked.of(layer));
            }
            for (Path layer : layers) {
                UnpackedLayers.link(layer.resolve(ModelLayer.ROOT), folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s': cannot be unpacked into '%s'".formatted(image, folder), e);
        }
    }

    @Override
    public void unpackContainer(ImageDigest image, Path folder, ImagePulls.Progress progress) {
        try {
            if (!unpacked.has(image.hex())) {
                throw new NoSuchFileException("the files of image %s are not kept any more".formatted(image));
            }
            unpacked.linkContainer(image.hex(), folder);
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s': cannot be unpacked into '%s'".formatted(image, folder), e);
        }
    }

    @Override
    public long size(ImageDigest image) {
        OciJson.Parts parts = parts(image);
        try {
            long bytes = blobs.size(image.hex()) + blobs.size(parts.config());
            for (String layer : parts.layers()) {
                bytes += blobs.contains(layer) ? blobs.size(layer) : 0;
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s': cannot be read".formatted(image), e);
        }
    }

    private OciJson.Parts parts(ImageDigest image) {
        try {
            return OciJson.partsOf(blobs.read(image.hex()));
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s': cannot be read from '%s'".formatted(image, layout), e);
        }
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
}
