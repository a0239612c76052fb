package dev.slipway.activities.batch;

import dev.slipway.domain.instance.Address;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An instance that answers {@code {"got": <the request>}}, many answers in one piece as our own server does. A request that contains "poison" ends the
 * connection, and answers that were not sent yet are lost with it.
 */
final class LateAnswers implements AutoCloseable {
    private static final int TOGETHER = 50;

    private final ServerSocket socket;
    private final AtomicInteger deaths = new AtomicInteger();

    LateAnswers() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    Address address() {
        return new Address.Tcp("127.0.0.1", socket.getLocalPort());
    }

    /** How many connections were ended by a request. */
    int deaths() {
        return deaths.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = socket.accept();
                Thread.ofVirtual().start(() -> serve(accepted));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket accepted) {
        try (accepted) {
            InputStream in = new BufferedInputStream(accepted.getInputStream(), 1 << 20);
            ByteArrayOutputStream answers = new ByteArrayOutputStream();
            for (int count = 1; ; count++) {
                String body = body(in);
                if (body.contains("poison")) {
                    deaths.incrementAndGet();
                    return;
                }
                String answer = "{\"got\": %s}".formatted(body);
                answers.writeBytes("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(answer.length(), answer)
                        .getBytes(StandardCharsets.US_ASCII));
                if (count % TOGETHER == 0 || in.available() == 0) {
                    accepted.getOutputStream().write(answers.toByteArray());
                    answers.reset();
                }
            }
        } catch (IOException ended) {
            // By the client.
        }
    }

    private static String body(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            head.append((char) b);
        }
        String text = head.toString();
        int at = text.toLowerCase(Locale.ROOT).indexOf("content-length: ") + 16;
        int length = Integer.parseInt(text.substring(at, text.indexOf("\r\n", at)));
        return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
