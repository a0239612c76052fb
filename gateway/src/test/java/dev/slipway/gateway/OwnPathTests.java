package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gateway.predict.Limits;
import dev.slipway.testing.instance.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /health} and {@code /ready} of a gateway, asked without a token. */
class OwnPathTests {

    @TempDir
    private Path data;

    private final ScriptedInstance instance = ScriptedInstance.answering("ok");

    @AfterEach
    void close() throws IOException {
        instance.close();
    }

    private static Message ask(GatewayFixture fixture, String method, String path) throws IOException {
        try (RawClient client = fixture.client()) {
            return client.send("%s %s HTTP/1.1\r\nHost: gateway\r\nContent-Length: 0\r\n\r\n".formatted(method, path))
                    .answer();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/health,200,{\"healthy\":true}",
        "GET,/health?a=b,200,{\"healthy\":true}",
        "GET,http://gateway/health,200,{\"healthy\":true}",
        "GET,/ready,200,'{\"ready\":true,\"reasons\":[]}'",
    })
    void answersWhoeverWatchesIt(String method, String path, int status, String body) throws IOException {
        try (GatewayFixture fixture = GatewayFixture.serving(data, Limits.defaults(), instance.address())) {
            Message answer = ask(fixture, method, path);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text()).isEqualTo(body);
            assertThat(answer.header("x-request-id")).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/health,405",
        "POST,/ready,405",
        "GET,/health/,404",
        "GET,/healthy,404",
        "GET,/v1/infers/health,404",
        "GET,/v1/infers/a/../../../health,404",
    })
    void noOtherPathIsItsOwn(String method, String path, int status) throws IOException {
        try (GatewayFixture fixture = GatewayFixture.serving(data, Limits.defaults(), instance.address())) {
            Message answer = ask(fixture, method, path);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text()).contains("APIG.0101");
            assertThat(answer.header("allow")).isEqualTo(status == 405 ? "GET" : null);
        }
    }

    @Test
    void theHealthOfAModelIsReachedOnlyBelowItsService() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.serving(data, Limits.defaults(), instance.address())) {
            assertThat(fixture.predict("1").text()).startsWith("ok");
            assertThat(ask(fixture, "GET", "/health").text()).isEqualTo("{\"healthy\":true}");
            instance.awaitRequests(1);
        }
    }

    @Test
    void withoutRoutesItIsNotReadyAndSaysWhy() {
        try (GatewayFixture fixture = new GatewayFixture(data, Limits.defaults())) {
            fixture.startAway(true);
            Message answer = ask(fixture, "GET", "/ready");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).startsWith("{\"ready\":false,\"reasons\":[\"routes: none are known yet");
            assertThat(ask(fixture, "GET", "/health").status()).isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void withTheCopyOfTheDiskItIsReadyAndSaysSo() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.serving(data, Limits.defaults(), instance.address())) {
            fixture.gateway().kill();
            fixture.startAway(true);
            Message answer = ask(fixture, "GET", "/ready");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).startsWith("{\"ready\":true,\"reasons\":[\"routes: only the copy on the disk");
        }
    }

    @Test
    void withRoutesOlderThanTenSecondsItIsReadyAndSaysSoUntilTheyAreReadAgain() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.serving(data, Limits.defaults(), instance.address())) {
            fixture.link().away(true);
            Await.until(
                    "old routes told",
                    Duration.ofSeconds(20),
                    () -> readiness(fixture).contains("last read"),
                    () -> readiness(fixture));
            Message answer = ask(fixture, "GET", "/ready");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text())
                    .matches(
                            "\\{\"ready\":true,\"reasons\":\\[\"routes: last read 1[0-9] s ago, the database does not answer; services go on with these routes\"]}");
            assertThat(fixture.predict("1").status()).isEqualTo(200);

            fixture.link().away(false);
            Await.until(
                    "routes read again", () -> readiness(fixture).contains("\"reasons\":[]"), () -> readiness(fixture));
        }
    }

    private static String readiness(GatewayFixture fixture) {
        try {
            return ask(fixture, "GET", "/ready").text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
