package dev.slipway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.formats.service.UpdateServiceBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers what a test says; {@code acceptance} meets the real one. */
class SlipwayClientTests {

    private static final Login LOGIN = new Login("acme", "alice", "wonderland", "one");
    private static final String TOKEN = """
            {"token":{"methods":["password"],"expires_at":"2026-01-02T00:00:00.000000Z","issued_at":"2026-01-01T00:00:00.000000Z",
             "user":{"id":"u","name":"alice","domain":{"id":"d","name":"acme"},"password_expires_at":""},
             "project":{"id":"p1","name":"one","domain":{"id":"d","name":"acme"}},"roles":[]}}
            """;

    private final HttpServer server;
    private final List<String> seen = new ArrayList<>();

    SlipwayClientTests() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void asksForATokenOfTheProjectAndSendsIt() {
        answer("/v3/auth/tokens", 201, TOKEN, Map.of("X-Subject-Token", "t0ken"));
        answer("/v1/p1/services", 200, "{\"total_count\":0,\"count\":0,\"services\":[]}", Map.of());
        try (SlipwayClient client = new SlipwayClient(api(), LOGIN)) {
            assertThat(client.services()
                            .list(Map.of("service_name", "a b&c", "limit", "5"))
                            .services())
                    .isEmpty();
            assertThat(client.project()).isEqualTo("p1");
        }
        assertThat(seen).hasSize(2);
        assertThat(seen.getFirst())
                .startsWith("POST /v3/auth/tokens null {\"auth\":{")
                .contains("\"name\":\"alice\",\"password\":\"wonderland\",\"domain\":{\"name\":\"acme\"}")
                .endsWith("\"scope\":{\"project\":{\"name\":\"one\"}}}}");
        assertThat(seen.getLast()).isEqualTo("GET /v1/p1/services?limit=5&service_name=a%20b%26c t0ken ");
    }

    @Test
    void waitsNoLongerThanItsLimit() {
        CountDownLatch ends = new CountDownLatch(1);
        server.createContext("/v3/auth/tokens", exchange -> {
            try {
                ends.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        try {
            assertThatExceptionOfType(NoAnswer.class)
                    .isThrownBy(() -> new SlipwayClient(api(), LOGIN, Duration.ofSeconds(1)))
                    .withMessageContaining("no answer within 1 s");
        } finally {
            ends.countDown();
        }
    }

    @Test
    void takesARefusalApart() {
        answer("/v3/auth/tokens", 201, TOKEN, Map.of("X-Subject-Token", "t0ken"));
        answer(
                "/v1/p1/services/a%2Fb",
                429,
                "{\"error_code\":\"APIGW.0308\",\"error_msg\":\"come back\",\"request_id\":\"r\"}",
                Map.of("Retry-After", "7"));
        try (SlipwayClient client = new SlipwayClient(api(), LOGIN)) {
            assertThatExceptionOfType(RefusedCall.class)
                    .isThrownBy(() -> client.services().update("a/b", UpdateServiceBody.status("stopped")))
                    .withMessageContaining("PUT /services/a%2Fb")
                    .satisfies(refusal -> {
                        assertThat(refusal.status()).isEqualTo(429);
                        assertThat(refusal.code()).isEqualTo("APIGW.0308");
                        assertThat(refusal.reason()).isEqualTo("come back");
                        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(7));
                    });
        }
        assertThat(seen.getLast()).endsWith(" t0ken {\"status\":\"stopped\"}");
    }

    @Test
    void saysThatAProxyOrNobodyAnswers() {
        answer("/v3/auth/tokens", 200, "<html>welcome</html>", Map.of());
        assertThatExceptionOfType(NoAnswer.class)
                .isThrownBy(() -> new SlipwayClient(api(), LOGIN))
                .withMessageContaining("no answer of Slipway");
        URI gone = api();
        server.stop(0);
        assertThatExceptionOfType(NoAnswer.class)
                .isThrownBy(() -> new SlipwayClient(gone, LOGIN))
                .withMessageContaining("nobody listens there");
    }

    @Test
    void waitsUntilItIsSoOrTheTimeIsOver() {
        List<Integer> looks = new ArrayList<>();
        assertThat(SlipwayClient.await("three", Duration.ofSeconds(20), looks::size, n -> n == 2, looks::add))
                .isEqualTo(2);
        assertThat(looks).containsExactly(0, 1, 2);
        assertThatExceptionOfType(NoAnswer.class)
                .isThrownBy(() -> SlipwayClient.await("never", Duration.ZERO, () -> "no", "yes"::equals, n -> {}))
                .withMessage("never: not so after 0 s, last seen no");
    }

    private URI api() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(String path, int status, String body, Map<String, String> headers) {
        server.createContext(URI.create(path).getPath(), exchange -> {
            seen.add("%s %s %s %s"
                    .formatted(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            exchange.getRequestHeaders().getFirst("X-Auth-Token"),
                            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            headers.forEach(exchange.getResponseHeaders()::set);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
