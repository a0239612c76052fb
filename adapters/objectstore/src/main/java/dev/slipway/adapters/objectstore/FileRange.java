package dev.slipway.adapters.objectstore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A limited number of bytes of a file, from an offset on. */
final class FileRange extends FilterInputStream {

    private long left;

    private FileRange(InputStream in, long length) {
        super(in);
        this.left = length;
    }

    static FileRange open(Path file, long offset, long length) throws IOException {
        FileChannel channel = FileChannel.open(file);
        channel.position(offset);
        return new FileRange(Channels.newInputStream(channel), length);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = super.read(buffer, offset, (int) Math.min(length, left));
        if (read > 0) {
            left -= read;
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
