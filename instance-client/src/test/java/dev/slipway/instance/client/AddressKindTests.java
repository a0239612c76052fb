package dev.slipway.instance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.instance.client.NoWholeAnswer.How;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of address, on real sockets. */
@Timeout(60)
class AddressKindTests {

    private static final InstanceId MEANT = new InstanceId(new InstanceSetId("set-meant"), 0, 1);
    private static final InstanceRequest REQUEST = new InstanceRequest(
            "POST", "/predict", Map.of("X-Request-Id", "r1"), List.of("{}".getBytes(StandardCharsets.UTF_8)));

    private final InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void speaksToAPort() throws Exception {
        try (TestServer server = TestServer.tcp(AddressKindTests::echoHead)) {
            assertThat(answer(server.address()))
                    .startsWith("POST /predict HTTP/1.1\r\n")
                    .containsIgnoringCase("host: %s\r\n".formatted(server.address()))
                    .contains("X-Slipway-Instance: set-meant-0-1\r\n", "X-Request-Id: r1\r\n")
                    .containsIgnoringCase("content-length: 2\r\n");
        }
    }

    @Test
    void speaksToASocketInTheFileSystem() throws Exception {
        try (TestServer server = TestServer.unixSocket(folder.resolve("i.sock"), AddressKindTests::echoHead)) {
            assertThat(answer(server.address()))
                    .startsWith("POST /predict HTTP/1.1\r\n")
                    .containsIgnoringCase("host: localhost\r\n");
        }
    }

    @Test
    void speaksTlsToTheOneWhoseCertificateIsPinned() throws Exception {
        TestCertificate pinned = TestCertificate.make(folder, "pinned");
        try (TestServer server = TestServer.tls(pinned, AddressKindTests::echoHead)) {
            assertThat(answer(server.address())).startsWith("POST /predict HTTP/1.1\r\n");
        }
    }

    @Test
    void tellsNothingToAnyOtherCertificate() throws Exception {
        TestCertificate pinned = TestCertificate.make(folder, "pinned");
        TestCertificate other = TestCertificate.make(folder, "other");
        try (TestServer server = TestServer.tls(other, AddressKindTests::echoHead)) {
            Address.Tls address = (Address.Tls) server.address();
            NoWholeAnswer failure = failure(new Address.Tls(address.host(), address.port(), pinned.fingerprint()));

            assertThat(failure.how()).isEqualTo(How.UNREACHABLE);
            assertThat(server.next()).isEqualTo("failed");
        }
    }

    @Test
    void speaksTlsOverASocketInTheFileSystem() throws Exception {
        TestCertificate pinned = TestCertificate.make(folder, "pinned");
        Path path = folder.resolve("t.sock");
        try (TestServer server = TestServer.tls(pinned, AddressKindTests::echoHead);
                ServerSocketChannel carrier = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            carrier.bind(UnixDomainSocketAddress.of(path));
            Thread.ofVirtual().start(() -> carry(carrier, (Address.Tls) server.address()));

            assertThat(answer(new Address.UnixSocket(path.toString(), null, pinned.fingerprint())))
                    .startsWith("POST /predict HTTP/1.1\r\n");
            assertThat(failure(new Address.UnixSocket(path.toString(), null, "0".repeat(64)))
                            .how())
                    .isEqualTo(How.UNREACHABLE);
        }
    }

    /** Carries each connection to that port, until the socket is closed. */
    private static void carry(ServerSocketChannel carrier, Address.Tls to) {
        try {
            while (true) {
                SocketChannel client = carrier.accept();
                SocketChannel server = SocketChannel.open(new InetSocketAddress(to.host(), to.port()));
                Thread.ofVirtual().start(() -> pump(client, server));
                Thread.ofVirtual().start(() -> pump(server, client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void pump(SocketChannel from, SocketChannel to) {
        try (from;
                to) {
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException closed) {
            // By the other side.
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        assertThat(failure(TestServer.nobody()).how()).isEqualTo(How.UNREACHABLE);
        assertThat(failure(new Address.UnixSocket(folder.resolve("nobody.sock").toString()))
                        .how())
                .isEqualTo(How.UNREACHABLE);
    }

    private static void echoHead(TestServer.Connection connection) throws Exception {
        connection.answer(connection.read());
    }

    private String answer(Address address) throws Exception {
        try (InstanceConnection connection = client.connect(MEANT, address).get(20, TimeUnit.SECONDS);
                InstanceResponse response =
                        connection.send(REQUEST, Duration.ofSeconds(20)).get(20, TimeUnit.SECONDS)) {
            assertThat(response.status()).isEqualTo(200);
            return new String(response.body().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private NoWholeAnswer failure(Address address) {
        CompletableFuture<InstanceConnection> connecting = client.connect(MEANT, address);
        assertThat(connecting).failsWithin(Duration.ofSeconds(20));
        return (NoWholeAnswer) connecting.exceptionNow();
    }
}
