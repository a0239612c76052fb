package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.gateway.predict.Limits;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.route.Routes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may send, and what they are told when they may not. */
class ClientRequestTests {

    private static final int LARGEST = 12 * 1_048_576;
    private static final String PATH = "/v1/infers/" + GatewayFixture.SERVICE;
    private static final String OTHER = "6e3f0a52-0000-4000-8000-000000000002";

    @TempDir
    private Path data;

    private ScriptedInstance instance = ScriptedInstance.answering("ok");
    private GatewayFixture fixture = new GatewayFixture(Path.of(""), Limits.defaults());

    @BeforeEach
    void start() {
        fixture = GatewayFixture.serving(data, Limits.defaults(), instance.address());
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
        instance.close();
    }

    private void assertRefused(String request, int status, String code) throws IOException {
        try (RawClient client = fixture.client()) {
            Message answer = client.send(request).answer();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.header("x-request-id")).hasSize(32);
            assertThat(answer.text())
                    .contains("\"error_code\":\"" + code + "\"", "\"error_msg\":\"")
                    .contains("\"request_id\":\"%s\"".formatted(answer.header("x-request-id")));
        }
        assertThat(instance.requests()).isZero();
    }

    private static String withToken(String token, String path) {
        return "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: 2\r\n\r\n{}".formatted(path, token);
    }

    @Test
    void anUnknownServiceIsNotFound() throws IOException {
        assertRefused(
                GatewayFixture.head("POST", "/v1/infers/" + OTHER) + "Content-Length: 0\r\n\r\n", 404, "APIG.0101");
        assertRefused(GatewayFixture.head("GET", "/v1/infers/" + OTHER) + "\r\n", 404, "APIG.0101");
        assertRefused(GatewayFixture.head("GET", "/") + "\r\n", 404, "APIG.0101");
        assertRefused(GatewayFixture.head("POST", "/v1/infers/") + "Content-Length: 0\r\n\r\n", 404, "APIG.0101");
    }

    @Test
    void aPredictionIsAPost() throws IOException {
        assertRefused(GatewayFixture.head("GET", PATH) + "\r\n", 405, "APIG.0101");
        assertRefused(GatewayFixture.head("DELETE", PATH + "/x") + "\r\n", 405, "APIG.0101");
    }

    @Test
    void withoutAValidTokenNobodyPasses() throws IOException {
        assertRefused(withToken("", PATH), 401, "APIG.0301");
        assertRefused(withToken("X-Auth-Token: \r\n", PATH), 401, "APIG.0301");
        assertRefused(withToken("X-Auth-Token: slipway1.abc.def\r\n", PATH), 401, "APIG.0301");
        assertRefused(withToken("Authorization: SDK-HMAC-SHA256 Access=a, Signature=b\r\n", PATH), 401, "APIG.0301");
        String expired = GatewayFixture.token(Routes.PROJECT, Duration.ofHours(-1));
        assertRefused(withToken("X-Auth-Token: " + expired + "\r\n", PATH), 401, "APIG.0301");
        String domain = GatewayFixture.token(null, Duration.ofHours(1));
        assertRefused(withToken("X-Auth-Token: " + domain + "\r\n", PATH), 401, "APIG.0301");
    }

    @Test
    void anotherProjectsTokenIsForbidden() throws IOException {
        String other = GatewayFixture.token(new ProjectId("f".repeat(32)), Duration.ofHours(1));
        assertRefused(withToken("X-Auth-Token: " + other + "\r\n", PATH), 403, "APIG.0302");
    }

    @Test
    void aServiceThatDoesNotRunSaysSo() throws IOException {
        fixture.publish(new RouteDocument(GatewayFixture.SERVICE, Routes.PROJECT, 7, false, List.of()));
        assertRefused(GatewayFixture.prediction("1"), 400, "ModelArts.4203");
    }

    @Test
    void aServiceWithoutAReadyInstanceSaysSo() throws IOException {
        fixture.publish(Routes.version("v1", 100));
        assertRefused(GatewayFixture.prediction("1"), 503, "ModelArts.4302");
    }

    @Test
    void aBodyOfTheLargestSizePasses() throws IOException {
        byte[] body = new byte[LARGEST];
        try (RawClient client = fixture.client()) {
            Message sized = client.send(GatewayFixture.head() + "Content-Length: " + LARGEST + "\r\n\r\n")
                    .send(body)
                    .answer();
            assertThat(sized.text()).isEqualTo("ok " + LARGEST);
            Message chunked = client.send(GatewayFixture.head() + "Transfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(LARGEST) + "\r\n")
                    .send(body)
                    .send("\r\n0\r\n\r\n")
                    .answer();
            assertThat(chunked.text()).isEqualTo("ok " + LARGEST);
        }
    }

    @Test
    void oneByteMoreIsTooLarge() throws IOException {
        int more = LARGEST + 1;
        byte[] body = new byte[more];
        try (RawClient client = fixture.client()) {
            Message sized = client.send(GatewayFixture.head() + "Content-Length: " + more + "\r\n\r\n")
                    .send(body)
                    .answer();
            assertTooLarge(sized);
        }
        assertThat(instance.requests()).isZero();
        try (RawClient client = fixture.client()) {
            Message chunked = client.send(GatewayFixture.head() + "Transfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(more) + "\r\n")
                    .send(body)
                    .send("\r\n0\r\n\r\n")
                    .answer();
            assertTooLarge(chunked);
        }
        Await.until("nothing in flight", () -> !fixture.gateway().isBusy(), fixture::totals);
    }

    private static void assertTooLarge(Message answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).contains("APIG.0201");
        assertThat(answer.header("connection")).isEqualToIgnoringCase("close");
    }

    @Test
    void whoWaitsForTheContinueGetsIt() throws IOException {
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.head() + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.head().line()).startsWith("HTTP/1.1 100");
            assertThat(client.send("12345").answer().text()).isEqualTo("ok 5");
        }
    }

    @Test
    void whoWaitsForTheContinueIsRefusedBeforeItsBody() throws IOException {
        try (RawClient client = fixture.client()) {
            client.send("POST " + PATH + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.head().line()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void requestsSentAheadAreAnsweredInOrder() throws IOException {
        StringBuilder many = new StringBuilder();
        for (int i = 1; i <= 50; i++) {
            many.append(GatewayFixture.prediction("x".repeat(i)));
        }
        try (RawClient client = fixture.client()) {
            client.send(many.toString());
            for (int i = 1; i <= 50; i++) {
                assertThat(client.answer().text()).isEqualTo("ok " + i);
            }
        }
    }

    @Test
    void aRefusalLeavesTheConnectionForTheNextRequest() throws IOException {
        try (RawClient client = fixture.client()) {
            client.send(withToken("", PATH)).send(GatewayFixture.prediction("123"));
            assertThat(client.answer().status()).isEqualTo(401);
            assertThat(client.answer().text()).isEqualTo("ok 3");
        }
    }

    /** What a front and the gateway could take for different requests: refused, and whatever follows it is never read as a request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
                "Content-Length: 3\r\nContent-Length: 4\r\n",
                "Content-Length: 3, 4\r\n",
                "Content-Length: +3\r\n",
                "Content-Length: -3\r\n",
                "Content-Length: 0x3\r\n",
                "Content-Length: 3 3\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Content-Length : 3\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding:\u000bchunked\r\n",
                "Host: another\r\nContent-Length: 3\r\n",
                "X-A: b\rContent-Length: 3\r\n",
                "X\u0000A: b\r\nContent-Length: 3\r\n",
            })
    void aRequestOfTwoMeaningsIsRefused(String headers) throws IOException {
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.head() + headers + "\r\n0\r\n\r\n" + GatewayFixture.prediction("smuggled"));

            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.isClosedByGateway()).isTrue();
        }
        assertThat(instance.requests()).isZero();
    }

    /** As RFC 9112, 5.2 allows: a line that begins with a space is of the header before, here the token. */
    @Test
    void aFoldedLineBelongsToTheHeaderBefore() throws IOException {
        assertRefused(GatewayFixture.head() + " Content-Length: 3\r\n\r\n", 401, "APIG.0301");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3;x=\n4\r\nabc\r\n0\r\n\r\n",
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "-1\r\n\r\n",
                "xyz\r\nabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                "ffffffffffffffff1\r\nabc\r\n0\r\n\r\n",
            })
    void aChunkOfTwoMeaningsIsRefused(String body) throws IOException {
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.head() + "Transfer-Encoding: chunked\r\n\r\n" + body
                    + GatewayFixture.prediction("smuggled"));

            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.isClosedByGateway()).isTrue();
        }
        assertThat(instance.requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a/b",
                "user@x",
                "x:99999",
                "x:80a",
                "x:-1",
                "a,b",
                "a;b",
                "x:80:81",
                "[::1",
                "::1",
                "[::g]",
                "[1.2.3.4]",
                "x%2e",
                "x?y",
                "x#y",
                "h\u00e4",
                "x\\y",
                "\"x\"",
            })
    void aHostThatNamesNoneIsRefused(String host) throws IOException {
        String request = GatewayFixture.prediction("1");
        assertRefused(request.replace("Host: slipway", "Host: " + host), 400, "APIG.0201");
        if (!host.matches(".*[/?#].*")) { // there they end the authority
            assertRefused(request.replace("POST /v1", "POST http://%s/v1".formatted(host)), 400, "APIG.0201");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"slipway", "a.b-c.d_e", "127.0.0.1:8080", "[::1]", "[2001:db8::1]:443", "x:", "x:65535", "X.Y."})
    void aHostByNameOrAddressPasses(String host) throws IOException {
        String request = GatewayFixture.prediction("1");
        for (String form : List.of(
                request.replace("Host: slipway", "Host: " + host),
                request.replace("POST /v1", "POST http://%s/v1".formatted(host)))) {
            try (RawClient client = fixture.client()) {
                assertThat(client.send(form).answer().text()).isEqualTo("ok 1");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "HTTP/2.0", "HTTP/0.9", "Http/1.1", "HTTP/1.10", "HTTP/11", "HTTP/1.x"})
    void anotherVersionThanHttp1IsRefused(String version) throws IOException {
        assertRefused(GatewayFixture.prediction("1").replace("HTTP/1.1", version), 400, "APIG.0201");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;x=%s\r\na\r\n0\r\n\r\n",
                "1\r\na\r\n0;x=%s\r\n\r\n",
                "0000%s",
                "1\r\na\r\n0\r\nX: %1$s%1$s%1$s%1$s%1$s\r\n\r\n"
            })
    void aChunkLineBeyondAllMeasureEndsTheConnection(String body) throws IOException {
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.head() + "Transfer-Encoding: chunked\r\n\r\n"
                    + body.formatted("0".repeat(17_000))
                    + GatewayFixture.prediction("smuggled"));
            Message answer = client.answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("longer than");
            assertThat(answer.header("connection")).isEqualToIgnoringCase("close");
            assertThat(client.isClosedByGateway()).isTrue();
        }
        assertThat(instance.requests()).isZero();
    }

    @Test
    void headersBeyondAllMeasureAreRefused() throws IOException {
        assertRefused(GatewayFixture.head() + "X-Big: " + "x".repeat(70_000) + "\r\n\r\n", 431, "APIG.0201");
        assertRefused(
                GatewayFixture.head("POST", PATH + "/" + "x".repeat(20_000)) + "Content-Length: 0\r\n\r\n",
                414,
                "APIG.0201");
        assertRefused("not HTTP at all\r\n\r\n", 400, "APIG.0201");
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() throws IOException {
        ScriptedInstance patient = new ScriptedInstance(wire -> {
            wire.head();
            wire.in().readAllBytes();
        });
        fixture.publish(Routes.version("v1", 100, patient.address()));
        RawClient waiting = fixture.client().send(GatewayFixture.prediction("1"));
        RawClient sending = fixture.client()
                .send(GatewayFixture.head() + "Content-Length: 1000000\r\n\r\n")
                .send(new byte[300_000]);
        RawClient starting = fixture.client().send(GatewayFixture.head() + "Content-Length: 1000\r\n\r\nabc");
        patient.awaitRequests(2);
        waiting.reset();
        sending.close();
        starting.reset();

        Await.until("nothing in flight", () -> !fixture.gateway().isBusy(), fixture::totals);
        Await.until("its connections to be closed", () -> patient.openConnections() == 0, patient::openConnections);
        fixture.awaitTotals(2, 0, 0, 2);
        patient.close();
        fixture.publish(Routes.version("v1", 100, instance.address()));
        assertThat(fixture.predict("12").text()).isEqualTo("ok 2");
    }

    /** The kernel does not tell a client that has closed its half from one that has gone. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void aClientThatClosesItsHalfHasGone(int sentAhead) throws IOException {
        ScriptedInstance patient = new ScriptedInstance(wire -> {
            wire.head();
            wire.in().readAllBytes();
        });
        fixture.publish(Routes.version("v1", 100, patient.address()));
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.prediction("1").repeat(1 + sentAhead));
            patient.awaitRequests(1);
            client.closeHalf();

            assertThat(client.isClosedByGateway()).isTrue();
            Await.until("its connection to be closed", () -> patient.openConnections() == 0, patient::openConnections);
        }
        fixture.awaitTotals(1, 0, 0, 1);
        patient.close();
    }

    @Test
    void aClientThatSendsTooSlowlyIsToldSo() throws IOException {
        fixture.close();
        Limits.ClientTimeouts hasty = new Limits.ClientTimeouts(
                Duration.ofSeconds(30), Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(30));
        fixture = GatewayFixture.serving(data, Limits.defaults().withClient(hasty), instance.address());
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.head() + "Content-Length: 10\r\n\r\nabc");
            assertThat(client.answer().status()).isEqualTo(408);
        }
        try (RawClient client = fixture.client()) {
            client.send("POST /v1/inf");
            assertThat(client.isClosedByGateway()).isTrue();
        }
    }

    /** Room for what has to see a body before an instance is chosen: with the limit of a body the whole is gathered. */
    @Test
    void nothingIsChosenBeforeTheWholeBodyHasComeWhereThatIsTheLimit() throws IOException {
        fixture.close();
        Limits whole = Limits.defaults().withGatheredBytes(LARGEST);
        fixture = GatewayFixture.serving(data, whole, instance.address());
        try (RawClient client = fixture.client();
                RawClient other = fixture.client()) {
            client.send(GatewayFixture.head() + "Content-Length: 200000\r\n\r\n")
                    .send(new byte[199_999]);
            for (int i = 0; i < 3; i++) {
                assertThat(other.send(GatewayFixture.prediction("12")).answer().text())
                        .isEqualTo("ok 2");
            }
            assertThat(instance.requests()).isEqualTo(3);
            assertThat(fixture.gateway().isBusy()).isFalse();

            assertThat(client.send(new byte[1]).answer().text()).isEqualTo("ok 200000");
        }
    }

    @Test
    void ofALongBodyAnInstanceGetsTheBeginningAtOnce() throws IOException {
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.head() + "Content-Length: 200000\r\n\r\n")
                    .send(new byte[100_000]);
            Await.until("the request to be in flight", fixture.gateway()::isBusy, fixture::totals);

            assertThat(client.send(new byte[100_000]).answer().text()).isEqualTo("ok 200000");
        }
    }

    @Test
    void anOldClientIsServedOnce() throws IOException {
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.prediction("123").replace("HTTP/1.1", "HTTP/1.0"));
            Message answer = client.answer();
            assertThat(answer.text()).isEqualTo("ok 3");
            assertThat(client.isClosedByGateway()).isTrue();
        }
    }

    @Test
    void theInstanceSeesTheRequestIdAndNoSecret() throws IOException {
        ScriptedInstance mirror = new ScriptedInstance(wire -> {
            while (true) {
                wire.answer(String.join("|", wire.request().head()));
            }
        });
        fixture.publish(Routes.version("v1", 100, mirror.address()));
        try (RawClient client = fixture.client()) {
            Message answer = client.send(GatewayFixture.head() + "Connection: X-Hop\r\nX-Hop: 1\r\nX-Mine: 2\r\n"
                            + "X-Request-Id: theirs\r\nContent-Length: 2\r\n\r\n{}")
                    .answer();
            assertThat(answer.text().toLowerCase(java.util.Locale.ROOT))
                    .contains("x-mine: 2", "x-request-id: " + answer.header("x-request-id"), "content-length: 2")
                    .doesNotContain("x-auth-token", "x-hop", "theirs", GatewayFixture.token());
        }
        mirror.close();
    }

    /** Model code may be anybody's: it gets no line that could open a door of the platform. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: SECRET\r\nAuthorization: SDK-HMAC-SHA256 SECRET",
                "authorization: Bearer SECRET",
                "AUTHORIZATION: Basic SECRET",
                "Proxy-Authorization: SECRET",
                "X_Auth_Token: SECRET",
                "x-auth_token: SECRET",
                "X-Subject-Token: SECRET",
                "X-Security-Token: SECRET",
                "X-Apig-AppCode: SECRET",
                "x-apig-appcode: SECRET",
                "X_Apig_AppCode: SECRET",
                "X-Api-AppCode: SECRET",
                "X-Apig-App-Code: SECRET",
                "apikey: SECRET",
                "ApiKey: SECRET",
                "Api-Key: SECRET",
                "X-AppCode: SECRET",
                "X-Auth-Key: SECRET",
                "APIKEY: SECRET\r\napikey: SECRET",
            })
    void theInstanceSeesNoCredential(String lines) throws IOException {
        ScriptedInstance mirror = new ScriptedInstance(wire -> {
            while (true) {
                wire.answer(String.join("|", wire.request().head()));
            }
        });
        fixture.publish(Routes.version("v1", 100, mirror.address()));
        try (RawClient client = fixture.client()) {
            Message answer = client.send(GatewayFixture.head() + lines + "\r\nX-Mine: 2\r\nContent-Length: 2\r\n\r\n{}")
                    .answer();
            assertThat(answer.text()).contains("X-Mine: 2").doesNotContain("SECRET", GatewayFixture.token());
        }
        mirror.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Set-Cookie: a=b",
                "set-cookie: a=b\r\nSet-Cookie: c=d",
                "Set-Cookie2: a=b",
                "Strict-Transport-Security: max-age=1",
                "ALT-SVC: h3=\":443\"",
                "Clear-Site-Data: \"*\"",
                "NEL: {}",
                "Report-To: {}",
                "Service-Worker-Allowed: /",
                "Set-Login: logged-in",
                "use-as-dictionary: match=\"/*\"",
                "X-Slipway-Secret: 1",
                "X_Slipway-Instance: 1"
            })
    void aModelDoesNotSpeakForTheHost(String lines) throws IOException {
        ScriptedInstance model = new ScriptedInstance(wire -> {
            wire.request();
            wire.write("HTTP/1.1 200 OK\r\n" + lines + "\r\nX-Mine: 2\r\nContent-Length: 2\r\n\r\n{}");
            wire.in().readAllBytes();
        });
        fixture.publish(Routes.version("v1", 100, model.address()));

        Message answer = fixture.predict("1");

        assertThat(answer.header("x-mine")).isEqualTo("2");
        assertThat(String.join("|", answer.head()).toLowerCase(java.util.Locale.ROOT))
                .doesNotContain(lines.substring(0, lines.indexOf(':')).toLowerCase(java.util.Locale.ROOT));
        model.close();
    }

    @Test
    void aServiceMayLetHeadersOfTheHostPass() throws IOException {
        ScriptedInstance model = new ScriptedInstance(wire -> {
            wire.request();
            wire.write("HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nAlt-Svc: h3\r\nContent-Length: 2\r\n\r\n{}");
            wire.in().readAllBytes();
        });
        fixture.publish(new RouteDocument(
                GatewayFixture.SERVICE,
                Routes.PROJECT,
                7,
                true,
                List.of(Routes.version("v1", 100, model.address())),
                List.of("Set-Cookie")));

        Message answer = fixture.predict("1");

        assertThat(answer.header("set-cookie")).isEqualTo("a=b");
        assertThat(answer.header("alt-svc")).isNull();
        model.close();
    }

    /** With the probe's header a caller would reach the runtime's own paths. */
    @Test
    void theHeadersOfThePlatformAreItsOwn() throws IOException {
        ScriptedInstance mirror = new ScriptedInstance(wire -> {
            while (true) {
                wire.answer(String.join("|", wire.request().head()));
            }
        });
        fixture.publish(Routes.version("v1", 100, mirror.address()));
        try (RawClient client = fixture.client()) {
            Message answer = client.send(GatewayFixture.head()
                            + "X-Slipway-Probe: 1\r\nx-slipway-probe: 2\r\nX-SLIPWAY-Later: 3\r\nX_Slipway_Probe: 1\r\n"
                            + "X-Slipway-Instance: forged\r\nX-Slip: 4\r\nContent-Length: 2\r\n\r\n{}")
                    .answer();
            assertThat(answer.text().toLowerCase(java.util.Locale.ROOT))
                    .contains("x-slip: 4", "x-slipway-instance: set-v1-0-1")
                    .doesNotContain("x-slipway-probe", "x_slipway_probe", "x-slipway-later", "forged");
        }
        mirror.close();
    }

    @Test
    void theReasonOfARefusalIsValidJsonWhateverWasAsked() throws IOException {
        try (RawClient client = fixture.client()) {
            Message answer = client.send(
                            GatewayFixture.head("POST", "/v1/infers/\"\\u0000{}") + "Content-Length: 0\r\n\r\n")
                    .answer();
            assertThat(answer.status()).isEqualTo(404);
            assertThatCode(() -> tools.jackson.databind.json.JsonMapper.shared()
                            .readTree(new String(answer.body(), StandardCharsets.UTF_8)))
                    .doesNotThrowAnyException();
        }
    }
}
