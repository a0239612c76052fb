package dev.slipway.adapters.images;

import dev.slipway.domain.image.TransferFailure;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The files of a container image, its layers unpacked over each other. All belong to the user who unpacks, and he may read and write each;
 * the other rights are those of the image, without those that change users. Nothing is made outside the folder: links are followed as if it
 * were the root, and what leads out of it is refused.
 */
final class RootFileSystem {

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PATH = 3800;
    private static final int MOST_LINKS = 40;
    private static final int PIECE = 128 * 1024;

    private final Path root;
    private final String image;
    private final PullSettings.Limits limits;
    private final Map<String, Path> known = new HashMap<>();
    private final Set<Path> ofThisLayer = new HashSet<>();
    private long bytes;
    private int entries;

    /**
     * @param root an empty folder
     * @param image its name, for messages
     */
    RootFileSystem(Path root, String image, PullSettings.Limits limits) {
        this.root = root.toAbsolutePath().normalize();
        this.image = image;
        this.limits = limits;
    }

    /**
     * Unpacks the next layer.
     *
     * @param layer for messages
     * @param tar not compressed; read to its end
     */
    void apply(String layer, InputStream tar) throws IOException, TransferFailure {
        ofThisLayer.clear();
        known.clear();
        InputStream counted = new Counted(tar);
        TarReader reader = new TarReader(counted);
        try {
            for (TarReader.Entry entry = reader.next(); entry != null; entry = reader.next()) {
                if (++entries > limits.files()) {
                    throw tooLarge("more than %d files".formatted(limits.files()));
                }
                make(entry, reader);
            }
            counted.transferTo(OutputStream.nullOutputStream());
        } catch (TarReader.NoTar | EOFException | ZipException wrong) {
            throw content("layer %s has %s".formatted(layer, wrong.getMessage()));
        } catch (InvalidPathException wrong) {
            throw content("layer %s has a name that cannot be a file here: %s".formatted(layer, wrong.getMessage()));
        } catch (TooManyBytes many) {
            throw tooLarge("more than %d bytes of files".formatted(limits.unpackedBytes()));
        }
    }

    private void make(TarReader.Entry entry, TarReader reader) throws IOException, TransferFailure {
        List<String> names = namesOf(entry.name());
        if (names.isEmpty()) {
            return;
        }
        String name = names.getLast();
        Path parent = folderOf(names.subList(0, names.size() - 1));
        if (name.startsWith(WHITEOUT)) {
            remove(entry, parent, name);
            return;
        }
        Path path = parent.resolve(name);
        switch (entry.kind()) {
            case FOLDER -> {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    clear(path);
                    Files.createDirectory(path);
                }
                Files.setPosixFilePermissions(path, rights(entry.mode() | 0700));
            }
            case FILE -> {
                clear(path);
                write(path, reader);
                finish(path, entry);
            }
            case SYMBOLIC_LINK -> {
                failIfOutside(entry, parent);
                clear(path);
                Files.createSymbolicLink(path, Path.of(entry.link()));
            }
            case HARD_LINK -> {
                Path target = targetOf(entry);
                if (!target.equals(path)) {
                    clear(path);
                    Files.createLink(path, target);
                }
            }
            case DEVICE, PIPE -> {
                // Instances have devices of their own, and none of an image.
                if (!names.getFirst().equals("dev")) {
                    throw content("'%s' is a device or a pipe".formatted(entry.name()));
                }
                return;
            }
        }
        ofThisLayer.add(path);
    }

    private List<String> namesOf(String path) throws TransferFailure {
        List<String> names = Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
        if (names.contains("..")) {
            throw content("'%s' leads out of the image".formatted(path));
        }
        boolean isTooLong = path.length() > LONGEST_PATH
                || names.stream().anyMatch(name -> name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME);
        if (isTooLong) {
            throw content("the name '%s…' is too long".formatted(path.substring(0, Math.min(100, path.length()))));
        }
        return names;
    }

    /** The folder of that name, made if it is missing. Links are followed as if the image were the root. */
    private Path folderOf(List<String> names) throws IOException, TransferFailure {
        String key = String.join("/", names);
        Path found = known.get(key);
        if (found == null) {
            found = follow(root, names, true);
            if (found == null) {
                throw content("'%s' has too many links in it".formatted(key));
            }
            known.put(key, found);
        }
        return found;
    }

    /** Null if there is nothing, or only links that lead around in circles. */
    private @Nullable Path follow(Path from, List<String> names, boolean make) throws IOException {
        Deque<String> open = new ArrayDeque<>(names);
        Path at = from;
        int links = 0;
        while (!open.isEmpty()) {
            String name = open.removeFirst();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = at.equals(root) ? root : Objects.requireNonNull(at.getParent());
                continue;
            }
            Path next = at.resolve(name);
            if (Files.isSymbolicLink(next)) {
                if (++links > MOST_LINKS) {
                    return null;
                }
                String target = Files.readSymbolicLink(next).toString();
                at = target.startsWith("/") ? root : at;
                List<String> parts = new ArrayList<>(List.of(target.split("/", -1)));
                for (int each = parts.size() - 1; each >= 0; each--) {
                    open.addFirst(parts.get(each));
                }
                continue;
            }
            boolean isFolder = Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS);
            if (!isFolder && make) {
                clear(next);
                Files.createDirectory(next);
                ofThisLayer.add(next);
            } else if (!isFolder && !open.isEmpty()) {
                return null;
            }
            at = next;
        }
        return at;
    }

    /** A relative link that climbs above the root leads nowhere inside an instance, and is a trick. */
    private void failIfOutside(TarReader.Entry entry, Path parent) throws TransferFailure {
        if (entry.link().isEmpty()
                || entry.link().indexOf('\0') >= 0
                || entry.link().length() > LONGEST_PATH) {
            throw content("the link '%s' leads nowhere".formatted(entry.name()));
        }
        int depth = entry.link().startsWith("/") || parent.equals(root)
                ? 0
                : root.relativize(parent).getNameCount();
        for (String name : entry.link().split("/", -1)) {
            if (name.equals("..")) {
                depth--;
            } else if (!name.isEmpty() && !name.equals(".")) {
                depth++;
            }
            if (depth < 0) {
                throw content("the link '%s' to '%s' leads out of the image".formatted(entry.name(), entry.link()));
            }
        }
    }

    private Path targetOf(TarReader.Entry entry) throws IOException, TransferFailure {
        List<String> names = namesOf(entry.link());
        Path parent = names.isEmpty() ? null : follow(root, names.subList(0, names.size() - 1), false);
        Path target = parent == null ? null : parent.resolve(names.getLast());
        if (target == null
                || !Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw content(
                    "the hard link '%s' to '%s' leads to no file of the image".formatted(entry.name(), entry.link()));
        }
        return target;
    }

    private void write(Path path, TarReader reader) throws IOException {
        byte[] piece = new byte[PIECE];
        try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int count = reader.read(piece); count >= 0; count = reader.read(piece)) {
                out.write(piece, 0, count);
            }
        }
    }

    private static void finish(Path path, TarReader.Entry entry) throws IOException {
        Files.setPosixFilePermissions(path, rights(entry.mode() | 0600));
        // Python compares the times of its modules with those that its compiled files note.
        Files.setLastModifiedTime(path, FileTime.fromMillis(entry.modified() * 1000));
    }

    private static Set<PosixFilePermission> rights(int mode) {
        PosixFilePermission[] all = PosixFilePermission.values();
        Set<PosixFilePermission> rights = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < all.length; bit++) {
            if ((mode & 0400 >> bit) != 0) {
                rights.add(all[bit]);
            }
        }
        return rights;
    }

    /** A file that says that another one of a lower layer is not there. */
    private void remove(TarReader.Entry entry, Path parent, String name) throws IOException, TransferFailure {
        if (entry.kind() != TarReader.Kind.FILE) {
            throw content("'%s' marks a removal, but is no file".formatted(entry.name()));
        }
        if (name.equals(OPAQUE)) {
            clearBelow(parent);
        } else {
            String removed = name.substring(WHITEOUT.length());
            if (removed.isEmpty() || removed.equals(".") || removed.equals("..") || removed.startsWith(WHITEOUT)) {
                throw content("'%s' removes what is no file of the image".formatted(entry.name()));
            }
            Path path = parent.resolve(removed);
            if (!ofThisLayer.contains(path)) {
                clear(path);
            }
        }
        known.clear();
    }

    /** Removes what lower layers have in a folder. */
    private void clearBelow(Path folder) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (!ofThisLayer.contains(child)) {
                    clear(child);
                } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    clearBelow(child);
                }
            }
        }
    }

    private void clear(Path path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException nothing) {
            return;
        }
        if (attributes.isDirectory()) {
            known.clear();
            try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
                for (Path child : children) {
                    clear(child);
                }
            }
        } else if (attributes.isSymbolicLink()) {
            known.clear();
        }
        Files.delete(path);
    }

    private TransferFailure content(String what) {
        return new TransferFailure(
                TransferFailure.Kind.CONTENT,
                "image '%s': %s".formatted(image, what),
                "Build the image anew without it.");
    }

    private TransferFailure tooLarge(String what) {
        return TransferFailure.tooLarge(
                "image '%s' has %s".formatted(image, what),
                "Make the image smaller, or raise the limits below 'images' in slipway.yml.",
                limits.unpackedBytes());
    }

    private static final class TooManyBytes extends IOException {

        private static final long serialVersionUID = 1L;
    }

    /** Counts what all layers have, so that little that is compressed cannot become much. */
    private final class Counted extends FilterInputStream {

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = in.read(into, offset, length);
            bytes += Math.max(count, 0);
            if (bytes > limits.unpackedBytes()) {
                throw new TooManyBytes();
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] passed = new byte[Math.clamp(count, 0, PIECE)];
            return Math.max(0, read(passed, 0, passed.length));
        }
    }
}
