package dev.slipway.instance.client;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds answers of HTTP/1.1 with a Content-Length in a stream of bytes. The head that our own server usually sends is recognised as a whole;
 * any other is read line by line. For one thread.
 */
final class AnswerReader implements AnswerSink.Head {
    private static final int BUFFER = 64 << 10;
    private static final byte[] USUAL =
            ascii("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ");
    private static final byte[] USUAL_END = ascii("\r\nConnection: keep-alive\r\n\r\n");
    private static final int MOST_DIGITS = 9;

    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int limit;

    // the answer being read
    private boolean inBody;
    private long left;
    private int status;
    private long length;
    private boolean keepsConnection;
    private @Nullable Map<String, String> headers;

    /** Takes what is found. */
    interface Listener {
        /** False if nothing more is wanted. */
        boolean begin(AnswerReader head) throws IOException;

        void body(byte[] bytes, int from, int to) throws IOException;

        /** The answer is complete; false if nothing more is wanted. */
        boolean end() throws IOException;
    }

    /** The stream is no answer of HTTP/1.1 with a length. */
    static final class NoAnswer extends IOException {
        private static final long serialVersionUID = 1;

        NoAnswer(String message) {
            super(message);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether an answer has begun and is not complete. */
    boolean isWithinAnswer() {
        return inBody || limit > start;
    }

    /** Reads all of these bytes. */
    void read(ByteBuf bytes, Listener listener) throws IOException {
        while (bytes.isReadable()) {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, limit - start);
                limit -= start;
                start = 0;
            }
            int some = Math.min(bytes.readableBytes(), buffer.length - limit);
            bytes.readBytes(buffer, limit, some);
            limit += some;
            if (!handle(listener)) {
                return;
            }
        }
    }

    private boolean handle(Listener listener) throws IOException {
        while (true) {
            if (!inBody) {
                if (start == limit) {
                    return true;
                }
                if (!isUsualHead() && !isHead()) {
                    if (limit - start == buffer.length) {
                        throw new NoAnswer("the instance sent a head of more than %d bytes".formatted(BUFFER));
                    }
                    return true;
                }
                if (status < 200) {
                    continue; // an interim answer
                }
                inBody = true;
                left = length;
                if (!listener.begin(this)) {
                    return false;
                }
            }
            int some = (int) Math.min(left, limit - start);
            if (some > 0) {
                listener.body(buffer, start, start + some);
                start += some;
                left -= some;
            }
            if (left > 0) {
                return true;
            }
            inBody = false;
            if (!listener.end()) {
                return false;
            }
        }
    }

    private boolean isUsualHead() {
        int digits = start + USUAL.length;
        if (limit < digits || !Arrays.equals(buffer, start, digits, USUAL, 0, USUAL.length)) {
            return false;
        }
        int at = digits;
        int value = 0;
        while (at < limit && at - digits < MOST_DIGITS && buffer[at] >= '0' && buffer[at] <= '9') {
            value = value * 10 + (buffer[at++] - '0');
        }
        int end = at + USUAL_END.length;
        if (at == digits || end > limit || !Arrays.equals(buffer, at, end, USUAL_END, 0, USUAL_END.length)) {
            return false;
        }
        status = 200;
        length = value;
        keepsConnection = true;
        headers = null;
        start = end;
        return true;
    }

    /** False if it is not complete yet. */
    private boolean isHead() throws NoAnswer {
        int end = endOfHead();
        if (end < 0) {
            return false;
        }
        String[] lines = new String(buffer, start, end - start - 4, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String[] first = lines[0].split(" ", 3);
        if (first.length < 2 || !HttpLine.isVersion1(first[0]) || !HttpLine.isStatus(first[1])) {
            throw new NoAnswer("the instance sent no HTTP answer");
        }
        status = Integer.parseInt(first[1]);
        Map<String, String> found = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1) {
                throw new NoAnswer("the instance sent no HTTP answer");
            }
            found.putIfAbsent(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        headers = found;
        length = lengthOf(found);
        String connection = found.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        keepsConnection =
                first[0].equals("HTTP/1.1") ? !connection.contains("close") : connection.contains("keep-alive");
        start = end;
        return true;
    }

    private int endOfHead() {
        for (int at = start; at + 3 < limit; at++) {
            if (buffer[at] == '\r' && buffer[at + 1] == '\n' && buffer[at + 2] == '\r' && buffer[at + 3] == '\n') {
                return at + 4;
            }
        }
        return -1;
    }

    private long lengthOf(Map<String, String> found) throws NoAnswer {
        if (status < 200 || status == 204 || status == 304) {
            return 0;
        }
        String text = found.get("content-length");
        if (found.containsKey("transfer-encoding") || text == null || !text.matches("[0-9]{1,18}")) {
            throw new NoAnswer("the instance sent an answer without a length");
        }
        return Long.parseLong(text);
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public @Nullable String header(String name) {
        Map<String, String> all = headers;
        return all == null ? null : all.get(name.toLowerCase(Locale.ROOT));
    }

    /** Whether another request may follow it. */
    boolean keepsConnection() {
        return keepsConnection;
    }
}
