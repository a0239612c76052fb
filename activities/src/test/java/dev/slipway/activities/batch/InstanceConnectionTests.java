package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.activities.batch.NoWholeAnswer.How;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InstanceConnectionTests {

    private static final InstanceId MEANT = new InstanceId(new InstanceSetId("set-meant"), 0, 1);
    private static final ModelRequest REQUEST =
            new ModelRequest("POST", "/", "application/json", "r1", "{}".getBytes(StandardCharsets.UTF_8));

    private final CompletableFuture<String> received = new CompletableFuture<>();

    private ModelAnswer exchange(String answer) throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(listening, answer));
            Address address = new Address("127.0.0.1", listening.getLocalPort());
            try (InstanceConnection connection = InstanceConnection.open(MEANT, address, 1000)) {
                return connection.exchange(REQUEST, Duration.ofSeconds(20));
            }
        }
    }

    private void serve(ServerSocket listening, String answer) {
        try (Socket socket = listening.accept()) {
            StringBuilder text = new StringBuilder();
            while (text.indexOf("\r\n\r\n{}") < 0) {
                text.append((char) socket.getInputStream().read());
            }
            received.complete(text.toString());
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void saysWhichInstanceIsMeant() throws IOException {
        assertThat(exchange("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").status())
                .isEqualTo(200);
        assertThat(received.join()).contains("\r\nX-Slipway-Instance: set-meant-0-1\r\n");
    }

    /** Its port is another's now, which has not looked at the record: nobody is to blame, another instance takes it. */
    @Test
    void whatAnotherInstanceRefusesUnseenCountsAsNotSent() {
        assertThatThrownBy(
                        () -> exchange(
                                "HTTP/1.1 421 Misdirected Request\r\nX-Slipway-Instance: set-other-0-1\r\nContent-Length: 0\r\n\r\n"))
                .isInstanceOfSatisfying(
                        NoWholeAnswer.class, e -> assertThat(e.how()).isEqualTo(How.NOT_SENT));
    }

    @Test
    void a421OfTheModelsOwnIsAnAnswer() throws IOException {
        assertThat(exchange("HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\n\r\n")
                        .status())
                .isEqualTo(421);
    }
}
