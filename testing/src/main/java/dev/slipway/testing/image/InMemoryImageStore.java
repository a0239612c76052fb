package dev.slipway.testing.image;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** {@link ImageStore} in memory. Safe for use by many threads. */
public final class InMemoryImageStore implements ImageStore {

    private final Map<ImageDigest, SortedMap<String, byte[]>> images = new HashMap<>();

    @Override
    public ImageDigest build(String label, Path folder) {
        SortedMap<String, byte[]> files = filesOf(folder);
        ImageDigest digest = digest(label, files);
        synchronized (this) {
            images.put(digest, files);
        }
        return digest;
    }

    @Override
    public synchronized boolean contains(ImageDigest image) {
        return images.containsKey(image);
    }

    @Override
    public void unpack(ImageDigest image, Path folder) {
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

    private static SortedMap<String, byte[]> filesOf(Path folder) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.toList()) {
                String name = folder.relativize(path).toString();
                if (Files.isSymbolicLink(path)) {
                    throw new Invalid(ErrorCode.SOURCE_LOCATION, "'%s' is a link, expected a file".formatted(name));
                }
                if (Files.isRegularFile(path)) {
                    files.put(name, Files.readAllBytes(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be read".formatted(folder), e);
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
