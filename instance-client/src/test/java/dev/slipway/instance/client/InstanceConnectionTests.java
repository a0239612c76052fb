package dev.slipway.instance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.instance.client.NoWholeAnswer.How;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection promises, against a server on a real socket. */
@Timeout(60)
class InstanceConnectionTests {

    private static final InstanceId MEANT = new InstanceId(new InstanceSetId("set-meant"), 0, 1);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int TURNS = 500;
    private static final ClientLimits PIPELINED = ClientLimits.ONE_AT_A_TIME.withPipeline(3, 100);

    private InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void sendsSeveralBeforeTheFirstIsAnsweredAndMatchesThemInOrder() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    String first = body(connection.read());
                    String second = body(connection.read());
                    String third = body(connection.read());
                    connection.answer("to " + first);
                    connection.answer("to " + second);
                    connection.answer("to " + third);
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, PIPELINED)) {
            List<CompletableFuture<InstanceResponse>> asked = List.of(
                    connection.send(post("one"), LIMIT),
                    connection.send(post("two"), LIMIT),
                    connection.send(post("three"), LIMIT));

            assertThat(text(asked.get(2))).isEqualTo("to three");
            assertThat(text(asked.get(0))).isEqualTo("to one");
            assertThat(text(asked.get(1))).isEqualTo("to two");
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void keepsToItsWindowOfRequestsAndOfBytes(int pipelined) throws Exception {
        // Either one at a time, or two of 60 bytes where 100 may be under way.
        CountDownLatch answer = new CountDownLatch(1);
        String big = "x".repeat(60);
        TestServer[] itself = new TestServer[1];
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    itself[0].tell(
                            "first read, another waits: " + (connection.in().available() > 0));
                    answer.await();
                    connection.answer("1");
                    connection.read();
                    connection.answer("2");
                    connection.awaitEnd();
                });
                InstanceConnection connection =
                        connect(server, ClientLimits.ONE_AT_A_TIME.withPipeline(pipelined, 100))) {
            itself[0] = server;
            CompletableFuture<InstanceResponse> first = connection.send(post(big), LIMIT);
            CompletableFuture<InstanceResponse> second = connection.send(post(big), LIMIT);
            // What is behind it in the loop has been done: were it to be sent, it would have been.
            assertThat(connection.send(post("late"), Duration.ofNanos(1)))
                    .failsWithin(LIMIT)
                    .withThrowableOfType(ExecutionException.class)
                    .satisfies(e -> assertThat(how(e)).isEqualTo(How.NOT_SENT));

            assertThat(server.next()).isEqualTo("first read, another waits: false");
            answer.countDown();
            assertThat(text(first)).isEqualTo("1");
            assertThat(text(second)).isEqualTo("2");
        }
    }

    @Test
    void blamesOnlyTheOneWhoseTurnItWasForACut() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.answer("fine");
                    connection.read();
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME.withPipeline(3, 1000))) {
            CompletableFuture<InstanceResponse> answered = connection.send(post("one"), LIMIT);
            CompletableFuture<InstanceResponse> cut = connection.send(post("two"), LIMIT);
            CompletableFuture<InstanceResponse> behind = connection.send(post("three"), LIMIT);
            CompletableFuture<InstanceResponse> waiting = connection.send(post("x".repeat(2000)), LIMIT);

            assertThat(text(answered)).isEqualTo("fine");
            assertThat(how(cut)).isEqualTo(How.CUT);
            assertThat(how(behind)).isEqualTo(How.ABANDONED);
            assertThat(how(waiting)).isEqualTo(How.NOT_SENT);
            assertThat(connection.isOpen()).isFalse();
        }
    }

    @Test
    void saysNotSentOfWhatAClosingAnswerLeavesBehind() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, PIPELINED)) {
            CompletableFuture<InstanceResponse> last = connection.send(post("one"), LIMIT);
            CompletableFuture<InstanceResponse> behind = connection.send(post("two"), LIMIT);

            assertThat(text(last)).isEqualTo("ok");
            assertThat(how(behind)).isEqualTo(How.NOT_SENT);
            assertThat(how(connection.send(post("three"), LIMIT))).isEqualTo(How.NOT_SENT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "hello there\r\n\r\n",
                ""
            })
    void whatIsCutIsNeverAnAnswer(String bytes) throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write(bytes);
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            assertThatThrownBy(() -> text(connection.send(post("one"), LIMIT)))
                    .satisfies(e -> assertThat(how(e)).isEqualTo(How.CUT));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwho\r\n2;x=y\r\nle\r\n0\r\nA: b\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\nwhole",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nwhole"
            })
    void readsEveryFormOfAnAnswer(String bytes) throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write(bytes);
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            assertThat(text(connection.send(post("one"), LIMIT))).isEqualTo("whole");
        }
    }

    @Test
    void readsAnAnswerWithoutABody() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write("HTTP/1.1 204 No Content\r\nX-Error-Cause: none\r\n\r\n");
                    connection.read();
                    connection.answer("next");
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            try (InstanceResponse response = connection.send(post("one"), LIMIT).get(20, TimeUnit.SECONDS)) {
                assertThat(response.status()).isEqualTo(204);
                assertThat(response.header("x-error-cause")).isEqualTo("none");
                assertThat(response.body().readAllBytes()).isEmpty();
            }
            assertThat(text(connection.send(post("two"), LIMIT))).isEqualTo("next");
        }
    }

    /** Its port is another's now, which has not looked at the request: nobody is to blame. */
    @Test
    void whatAnotherInstanceRefusesUnseenIsMisdirected() throws Exception {
        String other =
                "HTTP/1.1 421 Misdirected Request\r\nX-Slipway-Instance: set-other-0-1\r\nContent-Length: 0\r\n\r\n";
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write(other);
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            assertThat(how(connection.send(post("one"), LIMIT))).isEqualTo(How.MISDIRECTED);
            assertThat(connection.isOpen()).isFalse();
        }
    }

    @Test
    void a421OfTheModelsOwnIsAnAnswer() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write("HTTP/1.1 421 Misdirected Request\r\nContent-Length: 3\r\n\r\nown");
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            assertThat(text(connection.send(post("one"), LIMIT))).isEqualTo("own");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"})
    void givesUpAtItsLimitWhereverTheInstanceHangs(String begun) throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write(begun);
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            assertThatThrownBy(() -> text(connection.send(post("one"), Duration.ofMillis(200))))
                    .satisfies(e -> assertThat(how(e)).isEqualTo(How.TIMED_OUT));
            assertThat(connection.isOpen()).isFalse();
        }
    }

    @Test
    void givesUpOnAnInstanceThatDoesNotReadTheRequest() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TestServer server = TestServer.tcp(connection -> end.await());
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            InstanceRequest big = new InstanceRequest("POST", "/", Map.of(), List.of(new byte[64 << 20]));

            assertThat(how(connection.send(big, Duration.ofMillis(500)))).isEqualTo(How.TIMED_OUT);
            end.countDown();
        }
    }

    @Test
    void sendsBigRequestsWholeAndInPieces() throws Exception {
        byte[] piece = new byte[5 << 20];
        Arrays.fill(piece, (byte) 'x');
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.answer("%d".formatted(body(connection.read()).length()));
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            InstanceRequest big =
                    new InstanceRequest("POST", "/", Map.of(), List.of(new byte[3], piece, new byte[0], piece));

            assertThat(text(connection.send(big, LIMIT))).isEqualTo("%d".formatted(big.length()));
        }
    }

    @Test
    void takesAnAnswerThatComesBeforeTheRequestWasReadAndSendsNothingAfterIt() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.in().readNBytes(100);
                    connection.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\ntoo long");
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            InstanceRequest big = new InstanceRequest("POST", "/", Map.of(), List.of(new byte[64 << 20]));

            assertThat(text(connection.send(big, LIMIT))).isEqualTo("too long");
            assertThat(how(connection.send(post("next"), LIMIT))).isEqualTo(How.NOT_SENT);
        }
    }

    @Test
    void takesNoMoreOfAnAnswerThanItsReaderDoes() throws Exception {
        long length = 256L << 20;
        AtomicLong written = new AtomicLong();
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(length));
                    byte[] some = new byte[1 << 16];
                    for (long left = length; left > 0; left -= some.length) {
                        connection.out().write(some);
                        written.addAndGet(some.length);
                    }
                    connection.awaitEnd();
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME);
                InstanceResponse response = connection.send(post("one"), LIMIT).get(20, TimeUnit.SECONDS)) {
            turnTheLoop();
            assertThat(written.get()).isPositive();
            // Beside the window there is what the kernel keeps for both sides.
            assertThat(written.get()).isLessThan(64L << 20);
            assertThat(response.body().skip(length)).isEqualTo(length);
            assertThat(response.body().read()).isEqualTo(-1);
        }
    }

    /**
     * The client's one loop has turned often, with something to do each time: were it to take more of another connection, it would have.
     */
    private void turnTheLoop() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    for (int i = 0; i < TURNS; i++) {
                        connection.read();
                        connection.answer("turned");
                    }
                    connection.awaitEnd();
                });
                InstanceConnection connection =
                        client.connect(MEANT, server.address()).get(20, TimeUnit.SECONDS)) {
            for (int i = 0; i < TURNS; i++) {
                assertThat(text(connection.send(post("turn"), LIMIT))).isEqualTo("turned");
            }
        }
    }

    @Test
    void closesTheConnectionUnderAnAnswerThatIsNotReadToItsEnd() throws Exception {
        TestServer[] itself = new TestServer[1];
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nbegin");
                    connection.awaitEnd();
                    itself[0].tell("closed");
                });
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            itself[0] = server;
            connection.send(post("one"), LIMIT).get(20, TimeUnit.SECONDS).close();

            assertThat(server.next()).isEqualTo("closed");
            assertThat(connection.isOpen()).isFalse();
        }
    }

    @Test
    void failsWhatIsUnderWayWhenItsOwnerClosesIt() throws Exception {
        try (TestServer server = TestServer.tcp(TestServer.Connection::awaitEnd);
                InstanceConnection connection = connect(server, ClientLimits.ONE_AT_A_TIME)) {
            CompletableFuture<InstanceResponse> asked = connection.send(post("one"), LIMIT);
            client.close();

            assertThat(asked).failsWithin(LIMIT);
            assertThat(how(connection.send(post("two"), LIMIT))).isEqualTo(How.NOT_SENT);
        }
    }

    private InstanceConnection connect(TestServer server, ClientLimits limits) throws Exception {
        client.close();
        client = InstanceClient.start(1, limits);
        return client.connect(MEANT, server.address()).get(20, TimeUnit.SECONDS);
    }

    private static InstanceRequest post(String body) {
        return new InstanceRequest("POST", "/", Map.of(), List.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String body(String request) {
        return request.substring(request.indexOf("\r\n\r\n") + 4);
    }

    private static String text(CompletableFuture<InstanceResponse> asked) throws Exception {
        try (InstanceResponse response = asked.get(20, TimeUnit.SECONDS)) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static How how(CompletableFuture<InstanceResponse> asked) throws Exception {
        try {
            return how(new IOException(
                    "answered " + asked.get(20, TimeUnit.SECONDS).status()));
        } catch (ExecutionException e) {
            return how(e);
        }
    }

    private static How how(Throwable failure) {
        Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
        if (cause instanceof NoWholeAnswer known) {
            return known.how();
        }
        throw new AssertionError("expected no whole answer", failure);
    }
}
