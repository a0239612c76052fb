package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Some files of a model as one uncompressed tar below {@value #ROOT}: the same files give the same bytes. */
final class ModelLayer {

    /** Where packages expect their files (runtime contract 2.8). */
    static final String ROOT = "home/mind/";

    private static final int PIECE = 128 * 1024;

    private final List<ImageFile> files;

    /** @param files in the order of their paths */
    ModelLayer(List<ImageFile> files) {
        this.files = List.copyOf(files);
    }

    List<ImageFile> files() {
        return files;
    }

    /** Where the bytes of a file are in the layer. */
    record Place(ImageFile file, long offset) {}

    /**
     * Writes the layer, and digests it as it is written.
     *
     * @param contents where the bytes of a file come from
     */
    List<Place> writeTo(FileChannel out, MessageDigest digest, Contents contents) throws IOException {
        Writing writing = new Writing(out, digest);
        List<Place> places = new ArrayList<>();
        folders().forEach(folder -> writing.headers.add(TarHeaders.folder(folder)));
        for (ImageFile file : files) {
            writing.flushHeaders();
            String name = ROOT + file.path();
            writing.write(
                    files.size() == 1
                            ? TarHeaders.filePaged(name, file.size(), writing.at)
                            : TarHeaders.file(name, file.size()));
            places.add(new Place(file, writing.at));
            try (InputStream in = contents.open(file)) {
                writing.copy(in, file);
            }
            writing.write(new byte[TarHeaders.padding(file.size())]);
        }
        writing.flushHeaders();
        writing.write(TarHeaders.end());
        return places;
    }

    /** Opens the bytes of a file. */
    @FunctionalInterface
    interface Contents {
        InputStream open(ImageFile file) throws IOException;
    }

    /** The folders above the files, each before what is in it. */
    private Set<String> folders() {
        Set<String> folders = new LinkedHashSet<>(List.of("home/", ROOT));
        for (ImageFile file : files) {
            String path = file.path();
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                folders.add(ROOT + path.substring(0, slash + 1));
            }
        }
        return folders;
    }

    private static final class Writing {

        private final FileChannel out;
        private final MessageDigest digest;
        private final byte[] piece = new byte[PIECE];
        private final List<byte[]> headers = new ArrayList<>();
        private long at;

        Writing(FileChannel out, MessageDigest digest) {
            this.out = out;
            this.digest = digest;
        }

        void flushHeaders() throws IOException {
            for (byte[] header : headers) {
                write(header);
            }
            headers.clear();
        }

        void write(byte[] bytes) throws IOException {
            write(bytes, bytes.length);
        }

        void copy(InputStream in, ImageFile file) throws IOException {
            long left = file.size();
            while (left > 0) {
                int count = in.read(piece, 0, (int) Math.min(piece.length, left));
                if (count < 0) {
                    throw new EOFException("'%s' was listed with %d bytes, %d came"
                            .formatted(file.path(), file.size(), file.size() - left));
                }
                write(piece, count);
                left -= count;
            }
            if (in.read() >= 0) {
                throw new IOException("'%s' was listed with %d bytes, more came".formatted(file.path(), file.size()));
            }
        }

        private void write(byte[] bytes, int count) throws IOException {
            digest.update(bytes, 0, count);
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                at += out.write(buffer);
            }
        }
    }
}
