package dev.slipway.instance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.instance.client.NoWholeAnswer.How;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests in bulk promise, against a server on a real socket. */
@Timeout(60)
class PipelinedConnectionTests {

    private static final InstanceId MEANT = new InstanceId(new InstanceSetId("set-meant"), 0, 1);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String USUAL =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\nConnection: keep-alive\r\n\r\n%s";

    private final InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);
    private final Answers answers = new Answers();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        client.close();
    }

    /** Collects answers. */
    private static final class Answers implements AnswerSink {
        final List<String> all = new ArrayList<>();
        final StringBuilder body = new StringBuilder();
        int status;
        int most = Integer.MAX_VALUE;

        @Override
        public void begin(Head head) {
            status = head.status();
            body.setLength(0);
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            body.append(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        }

        @Override
        public boolean end() {
            all.add(status + " " + body);
            return all.size() < most;
        }
    }

    @Test
    void sendsAllInOnePieceAndTakesTheAnswersInOrder() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    List<String> read = List.of(connection.read(), connection.read(), connection.read());
                    for (String request : read) {
                        String body = body(request);
                        connection.write(USUAL.formatted(body.length(), body));
                    }
                    connection.answer(connection.read());
                    connection.awaitEnd();
                });
                PipelinedConnection connection = connect(server)) {
            exchange(connection, block("one", "", "three"));

            assertThat(answers.all).containsExactly("200 one", "200 ", "200 three");
            exchange(connection, block(""));
            assertThat(answers.all.getLast())
                    .isEqualTo(
                            "200 POST /path HTTP/1.1\r\nHost: %s\r\nX-Slipway-Instance: %s\r\nContent-Type: application/json\r\nX-Request-Id: task-7\r\nContent-Length: 0\r\n\r\n"
                                    .formatted(server.address().authority(), MEANT));
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @Test
    void carriesTheSecretOfAnInstanceWithoutSandbox() throws Exception {
        String secret = "0123456789abcdef0123456789abcdef";
        try (TestServer server = TestServer.unixSocket(folder.resolve("i.sock"), connection -> {
            connection.answer(connection.read());
            connection.awaitEnd();
        })) {
            Address.UnixSocket open = (Address.UnixSocket) server.address();
            Address guarded = new Address.UnixSocket(open.path(), secret, null);
            try (PipelinedConnection connection =
                    client.connectPipelined(MEANT, guarded).get(20, TimeUnit.SECONDS)) {
                exchange(connection, block(""));
            }
        }
        assertThat(answers.all).singleElement().asString().contains("X-Slipway-Secret: " + secret);
    }

    @Test
    void speaksTlsToTheOneWhoseCertificateIsPinned() throws Exception {
        TestCertificate pinned = TestCertificate.make(folder, "pinned");
        try (TestServer server = TestServer.tls(pinned, connection -> {
                    connection.read();
                    connection.read();
                    connection.write(USUAL.formatted(1, "1") + USUAL.formatted(1, "2"));
                    connection.awaitEnd();
                });
                PipelinedConnection connection = connect(server)) {
            exchange(connection, block("a", "b"));

            assertThat(answers.all).containsExactly("200 1", "200 2");
        }
    }

    /** Heads of every kind, however the bytes are cut. */
    @RepeatedTest(30)
    void readsAnswersHoweverTheyArriveInPieces(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder bytes = new StringBuilder();
        List<String> expected = new ArrayList<>();
        String[] bodies = new String[40];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = "b" + i;
            String body = "x".repeat(random.nextInt(i % 7 == 0 ? 100_000 : 30));
            bytes.append(
                    switch (random.nextInt(4)) {
                        case 0 -> "HTTP/1.1 100 Continue\r\n\r\n" + USUAL.formatted(body.length(), body);
                        case 1 ->
                            "HTTP/1.1 500 Oh\r\nX-Error-Cause: é\r\ncontent-length:%d\r\n\r\n%s"
                                    .formatted(body.length(), body);
                        default -> USUAL.formatted(body.length(), body);
                    });
            expected.add(body);
        }
        try (TestServer server = TestServer.tcp(connection -> {
                    for (int i = 0; i < bodies.length; i++) {
                        connection.read();
                    }
                    for (int at = 0; at < bytes.length(); ) {
                        int next =
                                Math.min(bytes.length(), at + 1 + random.nextInt(random.nextBoolean() ? 20 : 70_000));
                        connection.write(bytes.substring(at, next));
                        at = next;
                    }
                    connection.awaitEnd();
                });
                PipelinedConnection connection = connect(server)) {
            exchange(connection, block(bodies));

            assertThat(answers.all.stream().map(answer -> answer.substring(4)).toList())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', CUT, the instance cut the connection",
        "HTTP/1.1 20, CUT, the instance cut its answer",
        "'HTTP/1.1 200 OK~Content-Length: 5~~ab', CUT, the instance cut its answer",
        "'~~', CUT, the instance sent no HTTP answer",
        "'hello~~', CUT, the instance sent no HTTP answer",
        "'HTTP/2 200 OK~Content-Length: 0~~', CUT, the instance sent no HTTP answer",
        "'HTTP/1.1 200 OK~no header~~', CUT, the instance sent no HTTP answer",
        "'HTTP/1.1 200 OK~~', CUT, the instance sent an answer without a length",
        "'HTTP/1.1 200 OK~Transfer-Encoding: chunked~Content-Length: 1~~', CUT, the instance sent an answer without a length",
        "'HTTP/1.1 200 OK~Content-Length: -1~~', CUT, the instance sent an answer without a length",
        "'HTTP/1.1 421 No~X-Slipway-Instance: other-0-1~Content-Length: 0~~', MISDIRECTED, is no longer at",
        "'HTTP/1.1 200 OK~Content-Length: 0~Connection: close~~', NOT_SENT, the instance closes the connection"
    })
    void tellsHowTheFirstRequestWithoutAnAnswerEnded(String second, How how, String message) throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.read();
                    connection.read();
                    connection.write(USUAL.formatted(1, "1") + second.replace("~", "\r\n"));
                });
                PipelinedConnection connection = connect(server)) {
            NoWholeAnswer failure =
                    failure(connection.exchange(block("a", "b", "c"), answers, LIMIT, System::nanoTime));

            assertThat(failure.how()).isEqualTo(how);
            assertThat(failure).hasMessageContaining(message);
            assertThat(answers.all).hasSize(how == How.NOT_SENT ? 2 : 1);
            assertThat(connection.isOpen()).isFalse();
        }
    }

    /** Silence counts from the last answer of the instance, wherever it gave one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void timesOutOnceTheInstanceIsSilentForTooLong(boolean answersElsewhere) throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write(USUAL.formatted(1, "1"));
                    connection.awaitEnd();
                });
                PipelinedConnection connection = connect(server)) {
            long longAgo = System.nanoTime() - TimeUnit.HOURS.toNanos(1);
            CompletableFuture<?> asked = connection.exchange(
                    block("a", "b"),
                    answers,
                    Duration.ofMillis(200),
                    answersElsewhere ? System::nanoTime : () -> longAgo);

            if (answersElsewhere) {
                assertThat(catchThrowable(() -> asked.get(1, TimeUnit.SECONDS))).isInstanceOf(TimeoutException.class);
                return;
            }
            assertThat(failure(asked).how()).isEqualTo(How.TIMED_OUT);
            assertThat(answers.all).containsExactly("200 1");
        }
    }

    @Test
    void endsWhenTheSinkWantsNoMore() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write(USUAL.formatted(1, "1").repeat(3));
                    connection.awaitEnd();
                });
                PipelinedConnection connection = connect(server)) {
            answers.most = 2;
            exchange(connection, block("a", "b", "c"));

            assertThat(answers.all).hasSize(2);
            assertThat(connection.isOpen())
                    .as("the third answer is still under way")
                    .isFalse();
        }
    }

    @Test
    void failsWithWhatTheSinkThrows() throws Exception {
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    connection.write(USUAL.formatted(1, "1"));
                    connection.awaitEnd();
                });
                PipelinedConnection connection = connect(server)) {
            AnswerSink full = new AnswerSink() {
                @Override
                public void begin(Head head) throws IOException {
                    throw new IOException("no room");
                }

                @Override
                public void body(byte[] bytes, int from, int to) {}

                @Override
                public boolean end() {
                    return true;
                }
            };

            assertThat(connection.exchange(block("a"), full, LIMIT, System::nanoTime))
                    .failsWithin(LIMIT)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("no room");
        }
    }

    @Test
    void failsWhatIsUnderWayWhenItsOwnerClosesIt() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (TestServer server = TestServer.tcp(connection -> {
                    connection.read();
                    read.countDown();
                    connection.awaitEnd();
                });
                PipelinedConnection connection = connect(server)) {
            CompletableFuture<?> asked = connection.exchange(block("a"), answers, LIMIT, System::nanoTime);
            read.await();
            client.close();

            assertThat(failure(asked).how()).isEqualTo(How.CUT);
            assertThat(failure(connection.exchange(block("b"), answers, LIMIT, System::nanoTime))
                            .how())
                    .isEqualTo(How.NOT_SENT);
        }
    }

    private PipelinedConnection connect(TestServer server) throws Exception {
        return client.connectPipelined(MEANT, server.address()).get(20, TimeUnit.SECONDS);
    }

    private void exchange(PipelinedConnection connection, RequestBlock block) throws Exception {
        connection.exchange(block, answers, LIMIT, System::nanoTime).get(20, TimeUnit.SECONDS);
    }

    private static NoWholeAnswer failure(CompletableFuture<?> asked) {
        Throwable thrown = catchThrowable(() -> asked.get(20, TimeUnit.SECONDS));
        assertThat(thrown).hasCauseInstanceOf(NoWholeAnswer.class);
        return (NoWholeAnswer) Objects.requireNonNull(thrown.getCause());
    }

    /** Requests with these bodies and the numbers from 7 on. */
    private static RequestBlock block(String... bodies) {
        StringBuilder all = new StringBuilder();
        long[] numbers = new long[bodies.length];
        int[] ends = new int[bodies.length];
        for (int i = 0; i < bodies.length; i++) {
            all.append(bodies[i]);
            numbers[i] = 7L + i;
            ends[i] = all.length();
        }
        return new RequestBlock(
                "POST",
                "/path",
                Map.of("Content-Type", "application/json"),
                "task-",
                numbers,
                all.toString().getBytes(StandardCharsets.ISO_8859_1),
                ends);
    }

    private static String body(String request) {
        return request.substring(request.indexOf("\r\n\r\n") + 4);
    }
}
