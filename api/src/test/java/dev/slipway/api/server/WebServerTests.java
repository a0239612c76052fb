package dev.slipway.api.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.problem.RefusalValve;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long the API waits for the head of a request. */
class WebServerTests {

    private static final Duration LIMIT = Duration.ofMillis(500);
    private static final Duration ALWAYS = Duration.ofSeconds(15);
    private static final int PACE_MILLIS = 20;

    private static final class Ok extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().write("ok");
        }
    }

    private final WebServer server = WebServer.start(
            "127.0.0.1",
            0,
            new Ok(),
            (request, response, chain) -> chain.doFilter(request, response),
            RefusalValve.class,
            LIMIT);

    @AfterEach
    void close() {
        server.close();
    }

    /** The silence between two bytes is always shorter than any limit. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", "\r\n", ""})
    void aHeadThatDripsIsEnded(String start) throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write((start + "x").getBytes(StandardCharsets.US_ASCII));
            assertThat(dripUntilClosed(client)).isLessThan(ALWAYS.toNanos());
        }
    }

    private static long dripUntilClosed(Socket client) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < ALWAYS.toNanos()) {
            try {
                client.getOutputStream().write('x');
                if (client.getInputStream().read() < 0) {
                    break;
                }
            } catch (SocketTimeoutException stillOpen) {
                // The next byte.
            } catch (IOException e) {
                // Closed while it wrote.
                break;
            }
        }
        return System.nanoTime() - begin;
    }

    @Test
    void aConnectionMayBeIdleBetweenItsRequestsForLonger() throws IOException {
        try (Socket client = connect();
                Socket slow = connect()) {
            ask(client);
            slow.getOutputStream().write("GET".getBytes(StandardCharsets.US_ASCII));
            // Longer than the limit, and no processor is left.
            assertThat(dripUntilClosed(slow)).isGreaterThan(LIMIT.toNanos() / 2);
            ask(client);
        }
    }

    private static void ask(Socket client) throws IOException {
        client.setSoTimeout(Math.toIntExact(ALWAYS.toMillis()));
        client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("ok") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).as(answer.toString()).isNotNegative();
            answer.append((char) next);
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 200");
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.setTcpNoDelay(true);
        client.setSoTimeout(PACE_MILLIS);
        return client;
    }
}
