package dev.slipway.testing.image;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImageLayers;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link ImageStore} in memory. Safe for use by many threads. */
public final class InMemoryImageStore implements ImageStore {

    private final Map<ImageDigest, SortedMap<String, byte[]>> images = new HashMap<>();
    private final Map<String, SortedMap<String, byte[]>> layers = new HashMap<>();
    private final Map<ImageFile.Origin, byte[]> contents = new HashMap<>();

    @Override
    public ImageLayers keep(List<ImageFile> files) throws IOException {
        SortedMap<String, byte[]> layer = new TreeMap<>();
        for (ImageFile file : files) {
            ImageFile.Origin origin = file.origin();
            byte[] bytes = origin == null ? null : known(origin);
            if (bytes == null) {
                try (InputStream in = file.content().open()) {
                    bytes = in.readAllBytes();
                }
                if (bytes.length != file.size()) {
                    throw new IOException(
                            "'%s' was listed with %d bytes, %d came".formatted(file.path(), file.size(), bytes.length));
                }
            }
            layer.put(file.path(), bytes);
            if (origin != null) {
                know(origin, bytes);
            }
        }
        String name = digest("", layer).hex();
        synchronized (this) {
            layers.put(name, layer);
        }
        return new ImageLayers(List.of(name));
    }

    private synchronized byte @Nullable [] known(ImageFile.Origin origin) {
        return contents.get(origin);
    }

    private synchronized void know(ImageFile.Origin origin, byte[] bytes) {
        contents.put(origin, bytes);
    }

    @Override
    public synchronized ImageDigest build(String label, ImageLayers kept) {
        SortedMap<String, byte[]> files = layers.get(kept.layers().getFirst());
        if (files == null) {
            throw new NotFound(ErrorCode.MODEL_UNKNOWN, "layer '%s' is not kept here".formatted(kept));
        }
        ImageDigest digest = digest(label, files);
        images.put(digest, files);
        return digest;
    }

    /** None: nothing can be pulled into memory. */
    @Override
    public void unpackContainer(ImageDigest image, Path folder, ImagePulls.Progress progress) {
        throw new NotFound(ErrorCode.MODEL_UNKNOWN, "container image '%s' is not kept here".formatted(image));
    }

    @Override
    public synchronized boolean contains(ImageDigest image) {
        return images.containsKey(image);
    }

    @Override
    public void unpack(ImageDigest image, Path folder, ImagePulls.Progress progress) {
        for (Map.Entry<String, byte[]> file : files(image).entrySet()) {
            Path to = folder.resolve(file.getKey());
            try {
                Files.createDirectories(to.getParent());
                Files.write(to, file.getValue());
            } catch (IOException e) {
                throw new UncheckedIOException("'%s' cannot be written".formatted(to), e);
            }
        }
    }

    @Override
    public long size(ImageDigest image) {
        return files(image).values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    private synchronized SortedMap<String, byte[]> files(ImageDigest image) {
        SortedMap<String, byte[]> files = images.get(image);
        if (files == null) {
            throw new NotFound(ErrorCode.MODEL_UNKNOWN, "image '%s' is not kept here".formatted(image));
        }
        return files;
    }

    private static ImageDigest digest(String label, SortedMap<String, byte[]> files) {
        MessageDigest digest = sha256();
        digest.update(label.getBytes(StandardCharsets.UTF_8));
        files.forEach((name, bytes) -> {
            digest.update("\n%s\n%d\n".formatted(name, bytes.length).getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        });
        return new ImageDigest("sha256:" + HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
