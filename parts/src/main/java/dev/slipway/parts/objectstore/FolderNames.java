package dev.slipway.parts.objectstore;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names in folders, in the order of keys. A folder is read in windows of at most {@value #WINDOW_BYTES} bytes, however many names it
 * has, and a window is kept as long as the folder is unchanged, so that the next page of a listing need not read the folder again.
 */
final class FolderNames {

    private static final Logger LOG = LoggerFactory.getLogger(FolderNames.class);
    private static final int WINDOW_BYTES = 4 << 20;
    private static final int KEPT_BYTES = 8 << 20;
    private static final int BYTES_BESIDE_TEXT = 32;
    /** Two changes within one tick of the file system's clock have the same time; some file systems count in seconds. */
    private static final Duration CLOCK_TICK = Duration.ofSeconds(2);
    /** No upload takes this long. */
    private static final Duration LEFT_OVER = Duration.ofDays(2);

    private final Map<Path, Window> kept = new LinkedHashMap<>(16, 0.75f, true);
    private int keptBytes;

    /** A folder's state when it was read. */
    private record Reading(Path folder, long modified) {}

    /**
     * Consecutive names of a folder in the order of their bytes, from one on; those of folders end with a slash. It is the last if no
     * further name follows.
     */
    static final class Window {

        private final byte[] from;
        private final List<byte[]> names;
        private final boolean isLast;
        private final int bytes;
        private final List<Reading> readings;

        Window(byte[] from, List<byte[]> names, boolean isLast, int bytes, List<Reading> readings) {
            this.from = from;
            this.names = names;
            this.isLast = isLast;
            this.bytes = bytes;
            this.readings = readings;
        }

        List<byte[]> names() {
            return names;
        }

        boolean isLast() {
            return isLast;
        }

        /** The index of the first name that is not before this one. */
        int indexOf(byte[] name) {
            int low = 0;
            int high = names.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Arrays.compareUnsigned(names.get(middle), name) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /** False also for a folder that did not exist when it was read: nothing tells when it comes into being. */
        boolean wasUnchangedSince(long time) {
            return !readings.isEmpty() && readings.stream().allMatch(each -> each.modified() < time);
        }

        /** Whether the first name that is not before this one is here, or none exists. */
        boolean covers(byte[] name) {
            return Arrays.compareUnsigned(from, name) <= 0
                    && (isLast || Arrays.compareUnsigned(names.getLast(), name) >= 0);
        }
    }

    /** The names of a folder from this one on. A folder that does not exist has none. */
    Window from(Path folder, byte[] name) throws IOException {
        Window found = find(folder);
        if (found != null && found.covers(name) && isUnchanged(found)) {
            return found;
        }
        long began = System.currentTimeMillis();
        Selection selection = new Selection(name);
        read(folder, new byte[0], selection);
        Window window = selection.window();
        if (window.wasUnchangedSince(began - CLOCK_TICK.toMillis())) {
            keep(folder, window);
        }
        return window;
    }

    /** Whether any object lies in it, however deep. */
    static boolean hasObject(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (ObjectNames.textOf(name) == null) {
                    continue;
                }
                if (name.charAt(name.length() - 1) == ObjectNames.OBJECT || hasObject(entry)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException | NotDirectoryException removed) {
            return false;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void read(Path folder, byte[] begin, Selection selection) throws IOException {
        try {
            selection.readings.add(
                    new Reading(folder, Files.getLastModifiedTime(folder).toMillis()));
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    add(entry, begin, selection);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException removed) {
            // it has no names then
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void add(Path entry, byte[] begin, Selection selection) throws IOException {
        String name = entry.getFileName().toString();
        byte[] text = ObjectNames.textOf(name);
        if (text == null) {
            removeIfLeftOver(entry);
            return;
        }
        switch (name.charAt(name.length() - 1)) {
            case ObjectNames.CONTINUED -> read(entry, Bytes.joined(begin, text), selection);
            case ObjectNames.FOLDER -> selection.add(Bytes.joined(begin, text, Bytes.SLASH));
            default -> selection.add(Bytes.joined(begin, text));
        }
    }

    /** A server that was killed leaves what it was writing. The parts of uploads lie there until their client ends the upload. */
    private static void removeIfLeftOver(Path entry) throws IOException {
        if (entry.getFileName().toString().startsWith(".") || !Files.isRegularFile(entry)) {
            return;
        }
        long modified = Files.getLastModifiedTime(entry).toMillis();
        if (modified < System.currentTimeMillis() - LEFT_OVER.toMillis() && Files.deleteIfExists(entry)) {
            LOG.info("part=objects removed file={}, which was never completely written", entry);
        }
    }

    private synchronized @Nullable Window find(Path folder) {
        return kept.get(folder);
    }

    private static boolean isUnchanged(Window window) throws IOException {
        for (Reading reading : window.readings) {
            try {
                if (Files.getLastModifiedTime(reading.folder()).toMillis() != reading.modified()) {
                    return false;
                }
            } catch (NoSuchFileException removed) {
                return false;
            }
        }
        return true;
    }

    private synchronized void keep(Path folder, Window window) {
        Window before = kept.put(folder, window);
        keptBytes += window.bytes - (before == null ? 0 : before.bytes);
        var oldest = kept.entrySet().iterator();
        while (keptBytes > KEPT_BYTES) {
            keptBytes -= oldest.next().getValue().bytes;
            oldest.remove();
        }
    }

    /** Picks the first names from one on, in bounded memory. */
    private static final class Selection {

        private final byte[] from;
        private final List<Reading> readings = new ArrayList<>();
        private List<byte[]> names = new ArrayList<>();
        private int bytes;
        private byte @Nullable [] end;

        Selection(byte[] from) {
            this.from = from;
        }

        void add(byte[] name) {
            if (Arrays.compareUnsigned(name, from) < 0 || (end != null && Arrays.compareUnsigned(name, end) > 0)) {
                return;
            }
            names.add(name);
            bytes += name.length + BYTES_BESIDE_TEXT;
            if (bytes > 2 * WINDOW_BYTES) {
                cut();
            }
        }

        private void cut() {
            names.sort(Arrays::compareUnsigned);
            int left = 0;
            bytes = 0;
            while (bytes <= WINDOW_BYTES) {
                bytes += names.get(left).length + BYTES_BESIDE_TEXT;
                left++;
            }
            names = new ArrayList<>(names.subList(0, left));
            end = names.getLast();
        }

        Window window() {
            if (bytes > WINDOW_BYTES) {
                cut();
            } else {
                names.sort(Arrays::compareUnsigned);
            }
            // Twice the size of a folder's entry: the object of each reading.
            int own = 2 * BYTES_BESIDE_TEXT + readings.size() * 8 * BYTES_BESIDE_TEXT;
            return new Window(from, names, end == null, bytes + own, List.copyOf(readings));
        }
    }
}
