package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.InUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of an image layout. A blob is in use if it is part of an image that the rows refer to, or if it was written while a model is
 * imported. A build rewrites each of its blobs, also existing ones, so a blob whose time has changed since it was listed is kept.
 */
public final class ImageArea implements DiskArea {

    private static final Duration LONGEST_WRITING = Duration.ofHours(6);

    private final Path layout;
    private final Path folder;
    private final Blobs blobs;
    private final UnpackedLayers unpacked;
    private final FetchedArea fetched;
    private final Clock clock;

    /** @param layout of an {@link OciLayoutImageStore}; need not exist */
    public ImageArea(Path layout, Clock clock) {
        this.layout = layout;
        this.folder = layout.resolve("blobs").resolve("sha256");
        this.blobs = new Blobs(layout);
        this.unpacked = new UnpackedLayers(layout, blobs);
        this.fetched = new FetchedArea(layout, blobs, unpacked);
        this.clock = clock;
    }

    private record Blob(String name, long bytes, FileTime written) {

        boolean isDraft() {
            return name.startsWith(".");
        }
    }

    @Override
    public String name() {
        return "images";
    }

    @Override
    public DiskUse use(Supplier<InUse> inUse) {
        List<Blob> all = list();
        List<FetchedArea.Kept> here = listFetched();
        InUse now = inUse.get();
        List<Blob> unused = unused(all, now);
        Set<String> gone = unused.stream().map(Blob::name).collect(Collectors.toSet());
        // The files of an image count with its manifest.
        long objects = here.stream()
                .filter(FetchedArea.Kept::isObject)
                .mapToLong(FetchedArea.Kept::bytes)
                .sum();
        long unfetched = fetched.unused(here, now, draftsUntil()).stream()
                .filter(each -> !gone.contains(each.name()))
                .mapToLong(FetchedArea.Kept::bytes)
                .sum();
        return new DiskUse(sum(all) + objects, sum(unused) + unfetched);
    }

    private List<FetchedArea.Kept> listFetched() {
        try {
            return fetched.list();
        } catch (IOException e) {
            throw new UncheckedIOException("what was fetched into '%s' cannot be listed".formatted(layout), e);
        }
    }

    private Instant draftsUntil() {
        return clock.instant().minus(LONGEST_WRITING);
    }

    @Override
    public Removed removeUnused(Supplier<InUse> inUse, int limit) {
        List<Blob> all = list();
        List<FetchedArea.Kept> here = listFetched();
        InUse now = inUse.get();
        List<Blob> unused = unused(all, now).stream().limit(limit).toList();
        Set<String> gone = new HashSet<>();
        Removed removed = Removed.NOTHING;
        for (FetchedArea.Kept each : fetched.unused(here, now, draftsUntil()).stream()
                .limit(limit - unused.size())
                .toList()) {
            removed = removed.plus(removeFetched(each));
        }
        for (Blob blob : unused) {
            if (remove(blob)) {
                gone.add(blob.name());
                removed = removed.plus(new Removed(1, blob.bytes()));
            }
        }
        if (!gone.isEmpty()) {
            takeOffTheIndex(gone);
            forget();
        }
        unpacked.removeWithout(blobs::contains, draftsUntil());
        return removed;
    }

    private Removed removeFetched(FetchedArea.Kept kept) {
        try {
            return fetched.remove(kept) ? new Removed(1, kept.bytes()) : Removed.NOTHING;
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be removed".formatted(kept.files()), e);
        }
    }

    private static long sum(List<Blob> blobs) {
        return blobs.stream().mapToLong(Blob::bytes).sum();
    }

    private List<Blob> list() {
        List<Blob> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                BasicFileAttributes attributes = attributes(file);
                if (attributes != null) {
                    String name = file.getFileName().toString();
                    long bytes = attributes.size() + unpacked.size(name);
                    found.add(new Blob(name, bytes, attributes.lastModifiedTime()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("images in '%s' cannot be listed".formatted(folder), e);
        }
        return found;
    }

    private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException goneMeanwhile) {
            return null;
        }
    }

    private List<Blob> unused(List<Blob> all, InUse inUse) {
        Set<String> named = new HashSet<>();
        inUse.images().forEach(image -> addParts(image, named));
        Instant draftsUntil = draftsUntil();
        return all.stream()
                .filter(blob -> blob.isDraft()
                        ? blob.written().toInstant().isBefore(draftsUntil)
                        : !named.contains(blob.name())
                                && !inUse.mayBeOfAnImport(blob.written().toInstant()))
                .toList();
    }

    /** An unreadable manifest stops the removal, because its layer could not be distinguished from an unused one. */
    private void addParts(ImageDigest image, Set<String> named) {
        named.add(image.hex());
        if (!blobs.contains(image.hex())) {
            return;
        }
        try {
            OciJson.Parts parts = OciJson.partsOf(blobs.read(image.hex()));
            named.add(parts.config());
            named.addAll(parts.layers());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "image '%s' cannot be read from '%s': no image is removed until it can, or no model names it"
                            .formatted(image, layout),
                    e);
        }
    }

    private boolean remove(Blob blob) {
        Path file = folder.resolve(blob.name());
        try {
            boolean isGone = LayoutLock.holding(
                    layout,
                    () -> Files.exists(file)
                            && Files.getLastModifiedTime(file).equals(blob.written())
                            && Files.deleteIfExists(file));
            if (isGone) {
                unpacked.remove(blob.name());
            }
            return isGone;
        } catch (IOException e) {
            throw new UncheckedIOException("image blob '%s' cannot be removed".formatted(file), e);
        }
    }

    private void forget() {
        try {
            new KnownContents(layout).forget(blobs::contains);
            new PulledSources(layout).forgetWithout(blobs::contains);
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be written".formatted(layout.resolve("known")), e);
        }
    }

    private void takeOffTheIndex(Set<String> gone) {
        Path index = layout.resolve("index.json");
        try {
            LayoutLock.holding(layout, () -> {
                if (Files.exists(index)) {
                    Map<String, Long> manifests = new HashMap<>(OciJson.manifestsOf(Files.readString(index)));
                    if (manifests.keySet().removeAll(gone)) {
                        Durable.replace(index, OciJson.index(manifests));
                    }
                }
                return true;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be written".formatted(index), e);
        }
    }
}
