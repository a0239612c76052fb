package dev.slipway.adapters.images;

import dev.slipway.domain.image.FetchedFiles;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.retention.InUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What is here for deployments only, because it can be had again: objects that were fetched, and the files of images that are not copied. */
final class FetchedArea {

    private final Path layout;
    private final Path fetched;
    private final Blobs blobs;
    private final UnpackedLayers unpacked;
    private final PulledSources sources;

    FetchedArea(Path layout, Blobs blobs, UnpackedLayers unpacked) {
        this.layout = layout;
        this.fetched = FetchedObjects.folderIn(layout);
        this.blobs = blobs;
        this.unpacked = unpacked;
        this.sources = new PulledSources(layout);
    }

    /**
     * One of them.
     *
     * @param mark the file whose time says when it was used last
     */
    record Kept(Path files, Path mark, long bytes, FileTime used, boolean isObject) {

        String name() {
            return files.getFileName().toString();
        }
    }

    List<Kept> list() throws IOException {
        List<Kept> found = new ArrayList<>();
        for (Path file : entries(fetched)) {
            add(found, file, file, true);
        }
        for (Path files : entries(unpacked.folder())) {
            String hex = files.getFileName().toString();
            if (blobs.contains(hex) && sources.of(hex).isPresent() && !isCopied(hex)) {
                add(found, files, blobs.path(hex), false);
            }
        }
        return found;
    }

    private static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private void add(List<Kept> found, Path files, Path mark, boolean isObject) throws IOException {
        try {
            long bytes = isObject
                    ? Files.size(files)
                    : unpacked.size(files.getFileName().toString());
            found.add(new Kept(files, mark, bytes, Files.getLastModifiedTime(mark), isObject));
        } catch (NoSuchFileException goneMeanwhile) {
            // It is not there.
        }
    }

    /** Whether its layers are here too, because another model has copied it. */
    private boolean isCopied(String hex) throws IOException {
        return OciJson.partsOf(blobs.read(hex)).layers().stream().allMatch(blobs::contains);
    }

    /** @param draftsUntil files in the making that are older have been left by a killed process */
    List<Kept> unused(List<Kept> all, InUse inUse, Instant draftsUntil) {
        Set<String> named = new HashSet<>();
        for (ImageDigest image : inUse.deployed()) {
            named.add(image.hex());
            addFetchedBy(image, named);
        }
        return all.stream()
                .filter(each -> each.name().startsWith(FetchedObjects.ASIDE)
                        ? each.used().toInstant().isBefore(draftsUntil)
                        : !named.contains(each.name())
                                && !inUse.mayBeOfAnImport(each.used().toInstant()))
                .toList();
    }

    private void addFetchedBy(ImageDigest image, Set<String> named) {
        if (!blobs.contains(image.hex())) {
            return;
        }
        try {
            for (String layer : OciJson.partsOf(blobs.read(image.hex())).layers()) {
                Path list = unpacked.folder().resolve(layer).resolve(ModelLayer.ROOT + FetchedFiles.NAME);
                if (Files.isRegularFile(list)) {
                    FetchedFiles.parse(Files.readString(list))
                            .files()
                            .forEach(file -> named.add(FetchedObjects.nameOf(file.origin())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "image '%s' cannot be read from '%s': nothing that was fetched is removed until it can"
                            .formatted(image, layout),
                    e);
        }
    }

    /** False if it was used meanwhile. */
    boolean remove(Kept kept) throws IOException {
        Path aside = unpacked.aside();
        boolean isAside = LayoutLock.holding(layout, () -> {
            if (!Files.exists(kept.files())
                    || !Files.getLastModifiedTime(kept.mark()).equals(kept.used())) {
                return false;
            }
            if (kept.isObject()) {
                return Files.deleteIfExists(kept.files());
            }
            Files.move(kept.files(), aside, StandardCopyOption.ATOMIC_MOVE);
            return true;
        });
        UnpackedLayers.remove(aside);
        return isAside;
    }
}
