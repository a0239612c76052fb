package dev.slipway.adapters.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A short way to the folder of the instances. The kernel takes at most 107 bytes for the path of a Unix socket, and a data folder may have
 * any length. So sockets are reached through a link in a folder of this user alone, below {@code /run/user/<uid>} or {@code /tmp}, which is
 * named by a digest of the folder.
 */
record SocketFolder(Path instances, Path folder) {

    private static final String LINK = "i";
    private static final String PRIVATE = "rwx------";
    private static final int DIGEST_BYTES = 6;

    /** For the instances in this folder, which must exist. The user may find the link gone at any time: see {@link #make}. */
    static SocketFolder of(Path instances) {
        try {
            Path real = instances.toRealPath();
            Object user = Files.getAttribute(real, "unix:uid");
            Path runtime = Path.of("/run/user", user.toString());
            Path parent = Files.isWritable(runtime) ? runtime : Path.of("/tmp");
            return new SocketFolder(real, parent.resolve("slipway-%s-%s".formatted(user, digestOf(real))));
        } catch (IOException failure) {
            throw new UncheckedIOException("the folder '%s' can't be read".formatted(instances), failure);
        }
    }

    /**
     * Makes folder and link where they are missing. Repeatable: programs that clean up temporary files may remove them.
     *
     * @throws UncheckedIOException if it can't be made, or belongs to somebody else
     */
    void make() {
        try {
            try {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
            } catch (FileAlreadyExistsException before) {
                refuseAnothers();
            }
            Path link = folder.resolve(LINK);
            if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(instances)) {
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, instances);
            }
        } catch (FileAlreadyExistsException anotherProcessOfOurs) {
            // It has just made the same link.
        } catch (IOException failure) {
            throw new UncheckedIOException("the folder '%s' can't be made".formatted(folder), failure);
        }
    }

    /** Removes folder and link. Does nothing if they are gone, or if somebody has put something else there. */
    void remove() {
        try {
            Files.deleteIfExists(folder.resolve(LINK));
            Files.deleteIfExists(folder);
        } catch (IOException othersAreInIt) {
            // It is not ours any more, or is cleaned with the other temporary files.
        }
    }

    private void refuseAnothers() throws IOException {
        boolean isOurs = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getAttribute(instances, "unix:uid"))
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS))
                        .equals(PRIVATE);
        if (!isOurs) {
            throw new IOException("it exists, and is no folder of this user with mode 0700: remove it");
        }
    }

    /** The path by which the socket of an instance is bound and reached. */
    Path socketOf(String instance) {
        return folder.resolve(LINK).resolve(instance).resolve("s");
    }

    private static String digestOf(Path path) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(path.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
