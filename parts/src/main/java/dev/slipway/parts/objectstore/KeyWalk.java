package dev.slipway.parts.objectstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the keys of a bucket in order, for one page of a listing. Not for use by several threads. */
final class KeyWalk {

    private final FolderNames folders;
    private final Path bucket;
    private final byte[] prefix;
    private final boolean collapsesFolders;
    /** The window in use at each depth. */
    private final List<Level> levels = new ArrayList<>();

    private record Level(ByteBuffer folder, FolderNames.Window window) {}

    /**
     * @param prefix only keys that begin with it are found
     * @param collapsesFolders whether a folder below the prefix is found as one key, which ends with a slash, in place of what it contains
     */
    KeyWalk(FolderNames folders, Path bucket, byte[] prefix, boolean collapsesFolders) {
        this.folders = folders;
        this.bucket = bucket;
        this.prefix = prefix;
        this.collapsesFolders = collapsesFolders;
    }

    /** The first key that is not before this one; null if there is none. */
    byte @Nullable [] firstFrom(byte[] bound) throws IOException {
        byte[] from = Arrays.compareUnsigned(bound, prefix) < 0 ? prefix : bound;
        return find(new byte[0], from, 0);
    }

    private byte @Nullable [] find(byte[] folder, byte[] bound, int depth) throws IOException {
        byte[] from = firstName(folder, bound);
        while (true) {
            FolderNames.Window window = window(folder, from, depth);
            for (int i = window.indexOf(from); i < window.names().size(); i++) {
                byte[] name = window.names().get(i);
                byte[] key = Bytes.joined(folder, name);
                if (isBeyondPrefix(key)) {
                    return null;
                }
                byte[] found = isFolder(name) ? inFolder(key, bound, depth) : atLeast(key, bound);
                if (found != null) {
                    return found;
                }
            }
            if (window.isLast()) {
                return null;
            }
            from = Bytes.after(window.names().getLast());
        }
    }

    private static byte @Nullable [] atLeast(byte[] key, byte[] bound) {
        return Arrays.compareUnsigned(key, bound) >= 0 ? key : null;
    }

    private byte @Nullable [] inFolder(byte[] key, byte[] bound, int depth) throws IOException {
        boolean isAfter = Arrays.compareUnsigned(key, bound) >= 0;
        if (!isAfter && !Bytes.startsWith(bound, key)) {
            return null;
        }
        boolean isBelowPrefix = key.length > prefix.length && Bytes.startsWith(key, prefix);
        if (collapsesFolders && isBelowPrefix && isAfter) {
            return FolderNames.hasObject(bucket.resolve(ObjectNames.ofFolder(key))) ? key : null;
        }
        return find(key, bound, depth + 1);
    }

    private boolean isBeyondPrefix(byte[] key) {
        return Arrays.compareUnsigned(key, prefix) > 0 && !Bytes.startsWith(key, prefix);
    }

    private FolderNames.Window window(byte[] folder, byte[] from, int depth) throws IOException {
        if (depth < levels.size()) {
            Level level = levels.get(depth);
            if (level.folder().equals(ByteBuffer.wrap(folder)) && level.window().covers(from)) {
                return level.window();
            }
            levels.subList(depth, levels.size()).clear();
        }
        FolderNames.Window window = folders.from(bucket.resolve(ObjectNames.ofFolder(folder)), from);
        levels.add(new Level(ByteBuffer.wrap(folder), window));
        return window;
    }

    /** The first name in a folder that may lead to a key from the bound on. */
    private static byte[] firstName(byte[] folder, byte[] bound) {
        if (!Bytes.startsWith(bound, folder)) {
            return new byte[0];
        }
        int slash = Bytes.indexOf(bound, Bytes.SLASH, folder.length);
        return Arrays.copyOfRange(bound, folder.length, slash < 0 ? bound.length : slash + 1);
    }

    private static boolean isFolder(byte[] name) {
        return name.length > 0 && name[name.length - 1] == '/';
    }
}
