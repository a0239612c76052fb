package dev.slipway.adapters.images;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks a layer below a folder. Links, devices and names outside the folder are refused, because an image may come from an untrusted
 * source.
 */
final class LayerReader {

    private final InputStream layer;
    private final Path folder;

    LayerReader(InputStream layer, Path folder) {
        this.layer = layer;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Unpacks the layer and returns its SHA-256 in hexadecimal digits. */
    String unpack() throws IOException {
        MessageDigest digest = Blobs.sha256();
        InputStream whole = new Unskipped(new DigestInputStream(layer, digest));
        TarArchiveInputStream tar = new TarArchiveInputStream(whole, "UTF-8");
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path target = inside(entry.getName());
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()) {
                Files.createDirectories(target.getParent());
                Files.copy(tar, target);
            } else {
                throw new IOException("layer: entry '%s' is neither file nor folder".formatted(entry.getName()));
            }
        }
        whole.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(digest.digest());
    }

    private Path inside(String name) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (name.startsWith("/") || !target.startsWith(folder)) {
            throw new IOException("layer: entry '%s' leads out of its folder".formatted(name));
        }
        return target;
    }

    /** Reads bytes instead of skipping them, because skipped bytes are not digested. */
    private static final class Unskipped extends FilterInputStream {

        Unskipped(InputStream in) {
            super(in);
        }

        @Override
        public long skip(long count) throws IOException {
            return in.readNBytes(Math.clamp(count, 0, 1 << 16)).length;
        }
    }
}
