package dev.slipway.gateway;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request or an answer as it came over the wire. */
final class Message {

    private final List<String> head;
    private final Map<String, String> headers;
    private final byte[] body;

    private Message(List<String> head, Map<String, String> headers, byte[] body) {
        this.head = head;
        this.headers = headers;
        this.body = body;
    }

    /** Reads one whole message; an {@link EOFException} says that the connection ended within it. */
    static Message read(InputStream in) throws IOException {
        Message head = readHead(in);
        return head.isStatus(100) ? read(in) : new Message(head.head, head.headers, bodyOf(head, in));
    }

    /** Reads the head alone. */
    static Message readHead(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
            int colon = line.indexOf(':');
            if (lines.size() > 1 && colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return new Message(lines, headers, new byte[0]);
    }

    private static byte[] bodyOf(Message head, InputStream in) throws IOException {
        if ("chunked".equals(head.header("transfer-encoding"))) {
            return chunks(in);
        }
        String length = head.header("content-length");
        if (length != null) {
            return exactly(in, Integer.parseInt(length));
        }
        boolean hasNone = !head.line().startsWith("HTTP/") || head.isStatus(204);
        return hasNone ? new byte[0] : in.readAllBytes();
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = size(line(in)); size > 0; size = size(line(in))) {
            body.write(exactly(in, size));
            line(in);
        }
        for (String trailer = line(in); !trailer.isEmpty(); trailer = line(in)) {
            body.write(("[trailer " + trailer + "]").getBytes(StandardCharsets.UTF_8));
        }
        return body.toByteArray();
    }

    private static int size(String line) {
        return Integer.parseInt(line, 16);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("ended after %d of %d bytes".formatted(bytes.length, length));
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("ended within a line: '%s'".formatted(line.toString(StandardCharsets.UTF_8)));
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    /** Its lines as they came. */
    List<String> head() {
        return head;
    }

    byte[] body() {
        return body;
    }

    String line() {
        return head.getFirst();
    }

    int status() {
        return Integer.parseInt(line().split(" ", -1)[1]);
    }

    private boolean isStatus(int status) {
        return line().startsWith("HTTP/") && status() == status;
    }

    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
