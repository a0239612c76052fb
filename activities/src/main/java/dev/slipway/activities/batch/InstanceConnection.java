package dev.slipway.activities.batch;

import dev.slipway.activities.batch.NoWholeAnswer.How;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.MisdirectedRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an instance: HTTP/1.1 over a plain socket, one request at a time, kept alive between them. Not java.net.http: that
 * resends or loses a request now and then without saying so, and here it decides who is to blame for a cut.
 */
final class InstanceConnection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int LONGEST_LINE = 1 << 16;
    private static final int MOST_HEADERS = 200;

    private final InstanceId instance;
    private final Address address;
    private final Socket socket;
    private final InputStream in;
    private final int longestAnswer;

    private InstanceConnection(InstanceId instance, Address address, Socket socket, int longestAnswer)
            throws IOException {
        this.instance = instance;
        this.address = address;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 13);
        this.longestAnswer = longestAnswer;
    }

    static InstanceConnection open(InstanceId instance, Address address, int longestAnswer) throws NoWholeAnswer {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            return new InstanceConnection(instance, address, socket, longestAnswer);
        } catch (IOException e) {
            closeQuietly(socket);
            throw new NoWholeAnswer(How.NOT_SENT, "no connection to %s".formatted(address), e);
        }
    }

    /** Sends the request and reads the answer; the connection is of no more use after a failure. */
    ModelAnswer exchange(ModelRequest request, Duration limit) throws NoWholeAnswer {
        long deadline = System.nanoTime() + limit.toNanos();
        int first;
        try {
            socket.getOutputStream().write(request.bytes(address.toString(), instance.toString()));
            first = readBefore(deadline);
        } catch (SocketTimeoutException e) {
            throw timedOut(limit, e);
        } catch (IOException e) {
            throw new NoWholeAnswer(How.CUT, "the instance cut the connection", e);
        }
        if (first < 0) {
            throw new NoWholeAnswer(How.CUT, "the instance cut the connection");
        }
        try {
            return answer(first, deadline);
        } catch (SocketTimeoutException e) {
            throw timedOut(limit, e);
        } catch (NoWholeAnswer e) {
            throw e;
        } catch (IOException | NumberFormatException e) {
            throw new NoWholeAnswer(How.CUT, "the instance cut its answer", e);
        }
    }

    private static NoWholeAnswer timedOut(Duration limit, SocketTimeoutException e) {
        return new NoWholeAnswer(How.TIMED_OUT, "no answer in %d s".formatted(limit.toSeconds()), e);
    }

    private ModelAnswer answer(int first, long deadline) throws IOException {
        String statusLine = (char) first + line(deadline);
        while (true) {
            Head head = head(deadline, statusLine);
            if (MisdirectedRequest.isRefusedByAnother(head.status, head.instance, instance)) {
                // Another instance has its port now and has not looked at the request.
                throw new NoWholeAnswer(How.NOT_SENT, "instance %s is no longer at %s".formatted(instance, address));
            }
            if (head.status >= 200) {
                byte[] body = body(head, deadline);
                return new ModelAnswer(head.status, head.retryAfter, head.cause, head.keepAlive, body);
            }
            statusLine = line(deadline); // 100 Continue and its like come before the answer
        }
    }

    private static final class Head {
        int status;
        long length = -1;
        boolean chunked;
        boolean keepAlive;

        @Nullable
        Integer retryAfter;

        @Nullable
        String instance;

        @Nullable
        String cause;
    }

    private Head head(long deadline, String statusLine) throws IOException {
        if (!statusLine.matches("HTTP/1\\.[01] [0-9]{3}( .*)?")) {
            throw new IOException("no HTTP answer");
        }
        Head head = new Head();
        head.status = Integer.parseInt(statusLine.substring(9, 12));
        head.keepAlive = statusLine.startsWith("HTTP/1.1");
        for (int i = 0; i < MOST_HEADERS; i++) {
            String line = line(deadline);
            if (line.isEmpty()) {
                return head;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                take(
                        head,
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        throw new IOException("more than %d header lines".formatted(MOST_HEADERS));
    }

    private static void take(Head head, String name, String value) {
        switch (name) {
            case "content-length" -> head.length = Long.parseLong(value);
            case "transfer-encoding" ->
                head.chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
            case "connection" -> head.keepAlive = head.keepAlive && !value.equalsIgnoreCase("close");
            case "retry-after" -> head.retryAfter = value.matches("[0-9]{1,6}") ? Integer.valueOf(value) : null;
            case "x-slipway-instance" -> head.instance = value;
            case "x-error-cause" -> head.cause = value;
            default -> {} // says nothing that matters here
        }
    }

    private byte[] body(Head head, long deadline) throws IOException {
        if (head.status == 204 || head.status == 304) {
            return new byte[0];
        }
        if (head.chunked) {
            return chunkedBody(deadline);
        }
        if (head.length >= 0) {
            return bytes(head.length, deadline, new ByteArrayOutputStream((int) Math.min(head.length, 1 << 16)))
                    .toByteArray();
        }
        head.keepAlive = false;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int b;
        while ((b = readBefore(deadline)) >= 0) {
            out.write(b);
            failIfTooLong(out.size());
        }
        return out.toByteArray();
    }

    private byte[] chunkedBody(long deadline) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            String sizeLine = line(deadline);
            int semicolon = sizeLine.indexOf(';');
            long size = Long.parseLong((semicolon < 0 ? sizeLine : sizeLine.substring(0, semicolon)).strip(), 16);
            if (size == 0) {
                while (!line(deadline).isEmpty()) {
                    // trailers say nothing that matters here
                }
                return out.toByteArray();
            }
            bytes(size, deadline, out);
            line(deadline);
        }
    }

    private ByteArrayOutputStream bytes(long count, long deadline, ByteArrayOutputStream out) throws IOException {
        failIfTooLong(out.size() + count);
        byte[] buffer = new byte[(int) Math.min(count, 1 << 13)];
        long left = count;
        while (left > 0) {
            armed(deadline);
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException();
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        return out;
    }

    private void failIfTooLong(long length) throws NoWholeAnswer {
        if (length > longestAnswer) {
            throw new NoWholeAnswer(How.TOO_LONG, "the answer is longer than %d bytes".formatted(longestAnswer));
        }
    }

    private String line(long deadline) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64);
        int b;
        while ((b = readBefore(deadline)) != '\n') {
            if (b < 0) {
                throw new EOFException();
            }
            if (out.size() >= LONGEST_LINE) {
                throw new IOException("a header line is longer than %d bytes".formatted(LONGEST_LINE));
            }
            if (b != '\r') {
                out.write(b);
            }
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private int readBefore(long deadline) throws IOException {
        if (in.available() == 0) {
            armed(deadline);
        }
        return in.read();
    }

    private void armed(long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        socket.setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // nothing depends on how it closes
        }
    }

    @Override
    public void close() {
        closeQuietly(socket);
    }
}
