package dev.slipway.standalone.run;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first bytes of a protocol, by which a server is known that works: one that is stopped takes connections all the same, by the kernel.
 * Needs no client's classes, which take seconds to load on a busy machine; proves less than a call.
 */
enum Greeting {
    /** Of gRPC: the preface of a client and its empty SETTINGS, answered by the server's (RFC 9113, 3.4). */
    HTTP2("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0") {
        @Override
        boolean isAnsweredBy(byte[] head) {
            return head[3] == 4;
        }
    },

    HTTP("GET / HTTP/1.1\r\nHost: slipway\r\nConnection: close\r\n\r\n") {
        @Override
        boolean isAnsweredBy(byte[] head) {
            return new String(head, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.");
        }
    };

    private static final int HEAD = 9;

    private final String text;

    Greeting(String text) {
        this.text = text;
    }

    abstract boolean isAnsweredBy(byte[] head);

    /** Why no server of that protocol answers at that port of this machine within the limit; empty if one does. */
    Optional<String> problem(int port, Duration limit) {
        int millis = Math.toIntExact(limit.toMillis());
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            byte[] head = in.readNBytes(HEAD);
            return head.length == HEAD && isAnsweredBy(head)
                    ? Optional.empty()
                    : Optional.of("it answers with something else: " + Arrays.toString(head));
        } catch (SocketTimeoutException hangs) {
            return Optional.of("it takes connections and does not answer within %d s".formatted(limit.toSeconds()));
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
