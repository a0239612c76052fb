package dev.slipway.formats.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of one row as bytes in UTF-8, one after another in one array, without quotes and separators. The reader of a table fills the
 * same object for each row, so nothing is made for a field. For one thread.
 */
public final class TableFields {
    private byte[] bytes = new byte[1024];
    private int length;
    private int[] ends = new int[64];
    private int count;

    TableFields() {}

    /** The fields of a row that is known as texts. */
    public static TableFields of(List<String> row) {
        TableFields fields = new TableFields();
        for (String text : row) {
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                fields.append(b);
            }
            fields.endField();
        }
        return fields;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The text of a field. */
    public String text(int field) {
        return new String(bytes, start(field), ends[field] - start(field), StandardCharsets.UTF_8);
    }

    /** The texts of all fields. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(text(i));
        }
        return texts;
    }

    /** Whether no field has anything in it but a Ctrl-Z, as rows at the end of a sheet have none. */
    public boolean areEmpty() {
        for (int i = 0; i < count; i++) {
            int size = ends[i] - start(i);
            if (size > 1 || (size == 1 && bytes[start(i)] != TableReader.CTRL_Z)) {
                return false;
            }
        }
        return true;
    }

    /** The array in which they are. */
    byte[] bytes() {
        return bytes;
    }

    int start(int field) {
        return field == 0 ? 0 : ends[field - 1];
    }

    int end(int field) {
        return ends[field];
    }

    void clear() {
        length = 0;
        count = 0;
    }

    /** How many bytes they have together, with those of the field being read. */
    int length() {
        return length;
    }

    /** The beginning of the field being read. */
    int begun() {
        return count == 0 ? 0 : ends[count - 1];
    }

    void append(int b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) b;
    }

    void append(byte[] of, int from, int to) {
        int size = to - from;
        if (bytes.length - length < size) {
            bytes = Arrays.copyOf(bytes, Math.max(length * 2, length + size));
        }
        System.arraycopy(of, from, bytes, length, size);
        length += size;
    }

    void endField() {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
        }
        ends[count++] = length;
    }

    /** Empties the field being read. */
    void dropField() {
        length = begun();
    }
}
