package dev.slipway.formats.batch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are appended to, in one array that grows. Unlike the JDK's stream it takes no lock for each. For one thread. */
public final class ByteBuilder {
    private byte[] bytes;
    private int length;

    /** @param capacity for so many bytes at first, at least 1 */
    public ByteBuilder(int capacity) {
        bytes = new byte[capacity];
    }

    public void append(int b) {
        ensure(1);
        bytes[length++] = (byte) b;
    }

    public void append(byte[] all) {
        append(all, 0, all.length);
    }

    /** The bytes of {@code from} up to and without {@code to}. */
    public void append(byte[] of, int from, int to) {
        int count = to - from;
        ensure(count);
        System.arraycopy(of, from, bytes, length, count);
        length += count;
    }

    /** In UTF-8. */
    public void append(String text) {
        append(text.getBytes(StandardCharsets.UTF_8));
    }

    /** In decimal digits. */
    public void appendNumber(long number) {
        if (number < 0 || number > Integer.MAX_VALUE) {
            append(Long.toString(number));
            return;
        }
        int rest = (int) number;
        int digits = 1;
        for (int over = rest; over > 9; over /= 10) {
            digits++;
        }
        ensure(digits);
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    public int length() {
        return length;
    }

    /** Makes it shorter. */
    public void truncate(int to) {
        length = Math.min(length, to);
    }

    /** The array, of which the first {@link #length} bytes count; another one after the next that is appended. */
    public byte[] array() {
        return bytes;
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), Math.min(bytes.length, 1 << 29) * 2));
        }
    }
}
