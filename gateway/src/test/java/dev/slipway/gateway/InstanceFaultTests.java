package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.instance.Address;
import dev.slipway.gateway.ScriptedInstance.Script;
import dev.slipway.gateway.predict.Limits;
import dev.slipway.testing.instance.Await;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Instances that fail in the middle of a request: a clear refusal or a visible cut, and never a second try of what was sent. */
class InstanceFaultTests {

    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path data;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private ScriptedInstance instance(Script script) {
        return open(new ScriptedInstance(script));
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.add(part);
        return part;
    }

    private GatewayFixture serving(ScriptedInstance... instances) {
        return serving(Limits.defaults(), instances);
    }

    private GatewayFixture serving(Limits limits, ScriptedInstance... instances) {
        return open(GatewayFixture.serving(
                data,
                limits,
                Stream.of(instances).map(ScriptedInstance::address).toArray(Address[]::new)));
    }

    static Stream<Arguments> badEnds() {
        return Stream.of(
                end("closes without a word", wire -> wire.head()),
                end("resets", wire -> {
                    wire.head();
                    wire.reset();
                }),
                end("closes within the status line", wire -> {
                    wire.head();
                    wire.write("HTTP/1.1 20");
                }),
                end("closes within its headers", wire -> {
                    wire.head();
                    wire.write("HTTP/1.1 200 OK\r\nContent-Le");
                }),
                end("says what is not HTTP", wire -> {
                    wire.head();
                    wire.write("Traceback (most recent call last):\n  File \"x\"\n\n\n");
                    wire.in().readAllBytes();
                }),
                end("speaks before it is asked", wire -> {
                    wire.write("220 smtp.example.com ESMTP ready\r\n\r\n");
                    wire.in().readAllBytes();
                }),
                end("answers with headers beyond all measure", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 200 OK\r\nX-Big: " + "x".repeat(80_000) + "\r\nContent-Length: 0\r\n\r\n");
                    wire.in().readAllBytes();
                }),
                end("switches protocols unasked", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
                    wire.in().readAllBytes();
                }),
                end("goes on for ever with interim answers", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 100 Continue\r\n\r\n".repeat(17));
                    wire.in().readAllBytes();
                }),
                statusLine("HTTP/1.1 099 Low"),
                statusLine("HTTP/1.1 199 Odd"),
                statusLine("HTTP/1.1 600 High"),
                statusLine("HTTP/1.1 999 Higher"),
                statusLine("HTTP/1.1 +20 Odd"),
                statusLine("HTTP/1.1 2000 Odd"),
                statusLine("HTTP/2.0 200 OK"),
                statusLine("HTTP/0.9 200 OK"),
                statusLine("http/1.1 200 OK"),
                statusLine("ICY 200 OK"),
                end("breaks its first chunk", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nonly this");
                    wire.in().readAllBytes();
                }),
                end("sends a first chunk line beyond all measure", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=" + "y".repeat(17_000));
                    wire.in().readAllBytes();
                }),
                end("says a length that is none", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n");
                    wire.in().readAllBytes();
                }));
    }

    private static Arguments statusLine(String line) {
        return end("answers " + line, wire -> {
            wire.request();
            wire.write(line + "\r\nContent-Length: 2\r\n\r\n{}");
            wire.in().readAllBytes();
        });
    }

    private static Arguments end(String name, Script script) {
        return Arguments.argumentSet(name, script);
    }

    @ParameterizedTest
    @MethodSource("badEnds")
    void isABadGatewayAndNotTriedAgain(Script script) throws IOException {
        ScriptedInstance bad = instance(script);
        GatewayFixture fixture = serving(bad);

        Message answer = fixture.predict("1,2,3");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text()).contains("\"error_code\":\"ModelArts.4503\"", "\"request_id\":");
        assertThat(answer.text()).contains(String.valueOf(answer.header("x-request-id")));
        assertThat(bad.requests()).isLessThanOrEqualTo(1);
        fixture.awaitTotals(1, 0, 1);
        assertThat(fixture.gateway().isBusy()).isFalse();
    }

    static Stream<Arguments> cuts() {
        return Stream.of(
                end("within a sized body", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
                }),
                end("within a chunk", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nonly this");
                }),
                end("between two chunks", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n");
                }),
                end("by a chunk that is none", wire -> {
                    wire.request();
                    wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\nxyz\r\n");
                    wire.in().readAllBytes();
                }));
    }

    /** The status has gone out already: only a visible cut keeps the client from taking the part for the whole. */
    @ParameterizedTest
    @MethodSource("cuts")
    void anAnswerThatIsCutIsCutForTheClient(Script script) throws IOException {
        GatewayFixture fixture = serving(instance(script));
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.prediction("1,2,3"));

            assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
        }
        fixture.awaitTotals(1, 0, 1);
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsWhole() throws IOException {
        GatewayFixture fixture = serving(instance(wire -> {
            wire.request();
            wire.write("HTTP/1.1 200 OK\r\n\r\nthe whole");
        }));
        try (RawClient client = fixture.client()) {
            assertThat(client.send(GatewayFixture.prediction("1")).answer().text())
                    .isEqualTo("the whole");
            assertThat(client.send(GatewayFixture.prediction("1")).answer().text())
                    .isEqualTo("the whole");
        }
    }

    @Test
    void noAnswerWithinTheLimitIsATimeOut() throws IOException {
        ScriptedInstance slow = instance(wire -> {
            wire.request();
            wire.in().readAllBytes();
        });
        GatewayFixture fixture = serving(Limits.defaults().withAnswer(SHORT), slow);

        Message answer = fixture.predict("1,2,3");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.text()).contains("\"error_code\":\"ModelArts.4503\"");
        assertThat(slow.requests()).isEqualTo(1);
        fixture.awaitTotals(1, 0, 1);
        Await.until("the connection to be closed", () -> slow.openConnections() == 0, slow::openConnections);
    }

    /** As after SIGSTOP: the kernel accepts its connections, and nothing answers. */
    @Test
    void anInstanceThatHangsIsLeftOutUntilItsHealthAnswers() throws IOException {
        AtomicBoolean hangs = new AtomicBoolean(true);
        ScriptedInstance hung = open(new ScriptedInstance(wire -> {
            while (true) {
                Message request = Message.read(wire.in());
                if (hangs.get()) {
                    wire.in().readAllBytes();
                    return;
                }
                wire.answer(request.line().startsWith("GET /health ") ? "ok" : "awake");
            }
        }));
        ScriptedInstance alive = open(ScriptedInstance.answering("alive"));
        GatewayFixture fixture = serving(Limits.defaults().withAnswer(SHORT), hung, alive);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            statuses.add(fixture.predict("123").status());
        }
        assertThat(statuses)
                .containsOnlyOnce(504)
                .filteredOn(status -> status == 200)
                .hasSize(19);

        hangs.set(false);
        Await.until("the instance to be back", () -> text(fixture).equals("awake"), () -> text(fixture));
    }

    @Test
    void anAnswerDrippingItsHeadIsATimeOutToo() throws IOException {
        CountDownLatch answered = new CountDownLatch(1);
        GatewayFixture fixture = serving(Limits.defaults().withAnswer(SHORT), instance(wire -> {
            wire.request();
            wire.write("HTTP/1.1 200 OK\r\nX-Slow: ");
            while (answered.getCount() > 0) {
                wire.write("x");
            }
        }));

        assertThat(fixture.predict("1,2,3").status()).isIn(502, 504);
        answered.countDown();
    }

    @Test
    void anAnswerThatStallsIsCut() throws IOException {
        GatewayFixture fixture = serving(Limits.defaults().withStall(SHORT), instance(wire -> {
            wire.request();
            wire.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
            wire.in().readAllBytes();
        }));

        assertThatThrownBy(() -> fixture.predict("1")).isInstanceOf(IOException.class);
        fixture.awaitTotals(1, 0, 1);
    }

    @Test
    void anAnswerBeforeTheWholeRequestReachesTheClient() throws IOException {
        ScriptedInstance hasty = instance(wire -> {
            wire.head();
            wire.write("HTTP/1.1 422 Unprocessable\r\nContent-Length: 3\r\n\r\nno!");
            wire.in().readAllBytes();
        });
        GatewayFixture fixture = serving(hasty);
        byte[] half = new byte[200_000];
        try (RawClient client = fixture.client()) {
            client.send(GatewayFixture.head() + "Content-Length: 400000\r\n\r\n")
                    .send(half);
            Message answer = client.answer();

            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.text()).isEqualTo("no!");

            Message next =
                    client.send(half).send(GatewayFixture.prediction("next")).answer();

            assertThat(next.status()).isEqualTo(422);
        }
        assertThat(hasty.connections()).isEqualTo(2);
    }

    @Test
    void interimAnswersOfTheInstanceEndAtTheGateway() throws IOException {
        GatewayFixture fixture = serving(instance(wire -> {
            wire.request();
            wire.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            wire.answer("the answer");
        }));
        try (RawClient client = fixture.client()) {
            Message first = client.send(GatewayFixture.prediction("1")).head();

            assertThat(first.line()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(client.bytes(10)).asString().isEqualTo("the answer");
        }
    }

    /** The instance closes a kept connection in the very moment in which the next request is sent: it may have been read. */
    @Test
    void aRequestThatWasSentOverAKeptConnectionIsNotSentAgain() throws IOException {
        ScriptedInstance fickle = instance(wire -> {
            wire.request();
            wire.answer("first");
            wire.head();
        });
        GatewayFixture fixture = serving(fickle);
        try (RawClient client = fixture.client()) {
            assertThat(client.send(GatewayFixture.prediction("1")).answer().text())
                    .isEqualTo("first");

            Message second = client.send(GatewayFixture.prediction("2")).answer();

            assertThat(second.status()).isEqualTo(502);
            assertThat(second.text()).contains("ModelArts.4503");
        }
        assertThat(fickle.connections()).isEqualTo(1);
        assertThat(fickle.requests()).isEqualTo(2);
    }

    @Test
    void aConnectionThatTheInstanceHasClosedBeforeIsNoFault() throws IOException {
        ScriptedInstance closing = instance(wire -> {
            wire.request();
            wire.answer("answer");
        });
        GatewayFixture fixture = serving(closing);
        try (RawClient client = fixture.client()) {
            for (int i = 1; i <= 20; i++) {
                assertThat(client.send(GatewayFixture.prediction("x")).answer().text())
                        .isEqualTo("answer");
                Await.until("the instance to close", () -> closing.openConnections() == 0, closing::openConnections);
            }
        }
        assertThat(closing.requests()).isEqualTo(20);
    }

    @Test
    void whatWasNeverSentGoesToAnotherInstance() throws IOException {
        ScriptedInstance alive = open(ScriptedInstance.answering("alive"));
        GatewayFixture fixture =
                open(GatewayFixture.serving(data, Limits.defaults(), nobody(), alive.address(), nobody()));

        for (int i = 0; i < 20; i++) {
            assertThat(fixture.predict("12345").text()).isEqualTo("alive 5");
        }
        assertThat(alive.requests()).isEqualTo(20);
        fixture.awaitTotals(20, 20, 0);
    }

    private static Address nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new Address.Tcp("127.0.0.1", socket.getLocalPort());
        }
    }

    @Test
    void withNoInstanceThatCanBeReachedItSaysSo() throws IOException {
        GatewayFixture fixture = open(GatewayFixture.serving(data, Limits.defaults(), nobody(), nobody()));

        Message answer = fixture.predict("1");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("\"error_code\":\"ModelArts.4302\"");
    }

    @Test
    void aDeadInstanceIsLeftOutAndTakenBackWhenItAnswers() throws IOException {
        ScriptedInstance steady = open(ScriptedInstance.answering("steady"));
        ScriptedInstance mortal = open(ScriptedInstance.answering("mortal"));
        GatewayFixture fixture = serving(steady, mortal);
        assertThat(Stream.of(text(fixture), text(fixture), text(fixture), text(fixture)))
                .contains("mortal 1", "steady 1");

        mortal.die();
        int before = mortal.requests();
        for (int i = 0; i < 20; i++) {
            assertThat(text(fixture)).isEqualTo("steady 1");
        }
        assertThat(mortal.requests()).isEqualTo(before);

        mortal.rise();
        Await.until("it to be taken back", () -> text(fixture).startsWith("mortal"), mortal::connections);
    }

    private static String text(GatewayFixture fixture) {
        try {
            return fixture.predict("x").text();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ScriptedInstance stranger() {
        return new ScriptedInstance(wire -> {
            while (true) {
                wire.request();
                wire.write(
                        "HTTP/1.1 421 Misdirected Request\r\nX-Slipway-Instance: another\r\nContent-Length: 2\r\n\r\n{}");
            }
        });
    }

    /** The port of an instance that has ended is another's now. */
    @Test
    void whatAnotherInstanceHasRefusedUnseenGoesToTheNext() throws IOException {
        ScriptedInstance stranger = open(stranger());
        ScriptedInstance alive = open(ScriptedInstance.answering("alive"));
        GatewayFixture fixture = serving(stranger, alive);

        for (int i = 0; i < 10; i++) {
            assertThat(fixture.predict("123").text()).isEqualTo("alive 3");
        }
        assertThat(stranger.requests()).isEqualTo(1);
        fixture.awaitTotals(11, 10, 0, 1);
    }

    @Test
    void aLongRequestThatAnotherInstanceHasRefusedIsTriedAgainByItsClient() throws IOException {
        GatewayFixture fixture = serving(open(stranger()));
        try (RawClient client = fixture.client()) {
            Message answer = client.send(GatewayFixture.head() + "Content-Length: 100000\r\n\r\n")
                    .send(new byte[100_000])
                    .answer();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("ModelArts.4302").doesNotContain("another");
        }
    }

    @Test
    void tellsTheInstanceWhoIsMeant() throws IOException {
        GatewayFixture fixture = serving(
                instance(wire -> wire.answer(String.valueOf(wire.request().header("x-slipway-instance")))));
        try (RawClient client = fixture.client()) {
            Message answer = client.send(
                            GatewayFixture.head() + "X-Slipway-Instance: forged\r\nContent-Length: 0\r\n\r\n")
                    .answer();

            assertThat(answer.text()).isEqualTo("set-v1-0-1");
        }
    }

    /** The rule holds for probes too: the port of an ejected instance is another's now. */
    @Test
    void anotherInstanceAtItsAddressIsNotTakenForTheOneThatIsBack() throws IOException {
        AtomicInteger probes = new AtomicInteger();
        ScriptedInstance stranger = open(new ScriptedInstance(wire -> {
            Message request = Message.read(wire.in());
            if (request.line().startsWith("GET /health ")) {
                assertThat(request.header("x-slipway-instance")).isEqualTo("set-v1-0-1");
                assertThat(request.header("x-slipway-probe")).isEqualTo("1");
                probes.incrementAndGet();
            }
            wire.write(
                    "HTTP/1.1 421 Misdirected Request\r\nX-Slipway-Instance: another\r\nContent-Length: 2\r\n\r\n{}");
        }));
        ScriptedInstance alive = open(ScriptedInstance.answering("alive"));
        GatewayFixture fixture = serving(stranger, alive);
        fixture.predict("1");
        fixture.predict("1");
        Await.until("two probes", () -> probes.get() >= 2, probes::get);
        int connections = stranger.connections();
        for (int i = 0; i < 20; i++) {
            assertThat(text(fixture)).isEqualTo("alive 1");
        }
        fixture.awaitTotals(23, 22, 0, 1);
        assertThat(stranger.connections() - connections).isLessThanOrEqualTo(probes.get());
    }

    /** A server of a user's own may answer 421 to a path that it does not know. */
    @Test
    void a421ThatNamesNobodyIsAnAnswerToAProbe() throws IOException {
        AtomicInteger probes = new AtomicInteger();
        ScriptedInstance own = open(new ScriptedInstance(wire -> {
            Message request = Message.read(wire.in());
            boolean probe = request.line().startsWith("GET /health ");
            probes.addAndGet(probe ? 1 : 0);
            wire.write(
                    probe
                            ? "HTTP/1.1 421 Misdirected Request\r\nContent-Length: 2\r\n\r\n{}"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown");
        }));
        ScriptedInstance alive = open(ScriptedInstance.answering("alive"));
        GatewayFixture fixture = serving(own, alive);
        own.die();
        for (int i = 0; i < 4; i++) {
            assertThat(text(fixture)).isEqualTo("alive 1");
        }
        own.rise();
        Await.until("it to be readmitted", () -> text(fixture).equals("own"), own::connections);

        assertThat(probes.get()).isPositive();
    }

    /** A model of a user's own may answer 421 for reasons of its own. */
    @Test
    void a421WithoutTheNameOfAnInstanceIsAnAnswer() throws IOException {
        GatewayFixture fixture = serving(instance(wire -> {
            wire.request();
            wire.write("HTTP/1.1 421 Misdirected Request\r\nContent-Length: 2\r\n\r\n{}");
        }));

        assertThat(fixture.predict("1").status()).isEqualTo(421);
    }

    @Test
    void theBytesPassAsTheyAre() throws IOException {
        byte[] every = new byte[70_000];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        AtomicInteger wrong = new AtomicInteger();
        GatewayFixture fixture = serving(instance(wire -> {
            Message request = wire.request();
            if (!java.util.Arrays.equals(request.body(), every)) {
                wrong.incrementAndGet();
            }
            wire.answer(request.line() + "|" + request.header("content-type") + "|" + request.header("x-auth-token"));
        }));
        try (RawClient client = fixture.client()) {
            Message answer = client.send(
                            GatewayFixture.head("POST", "/v1/infers/" + GatewayFixture.SERVICE + "/v1/a%2Fb?q=%20&q=2")
                                    + "Content-Type: image/x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + Integer.toHexString(every.length) + "\r\n")
                    .send(every)
                    .send("\r\n0\r\nX-Trailer: gone\r\n\r\n")
                    .answer();

            assertThat(answer.text()).isEqualTo("POST /v1/a%2Fb?q=%20&q=2 HTTP/1.1|image/x|null");
        }
        assertThat(wrong).hasValue(0);
    }
}
