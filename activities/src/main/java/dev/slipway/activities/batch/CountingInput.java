package dev.slipway.activities.batch;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that knows its position in an object. */
final class CountingInput extends FilterInputStream {
    private long position;

    /** @param position where the stream begins */
    CountingInput(InputStream in, long position) {
        super(new BufferedInputStream(in, 1 << 16));
        this.position = position;
    }

    long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        position += read < 0 ? 0 : 1;
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        position += Math.max(read, 0);
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        position += skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
