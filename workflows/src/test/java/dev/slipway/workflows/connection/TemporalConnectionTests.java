package dev.slipway.workflows.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Why Temporal cannot be used, in words for people. */
class TemporalConnectionTests {

    private static String problemOf(String address, Duration limit) {
        try (TemporalConnection connection =
                TemporalConnection.open(new TemporalProperties(address, "slipway"), "test")) {
            return connection.problem(limit).orElse("none");
        }
    }

    @Test
    void aServerThatSaysNothingDoesNotAnswerInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();

            assertThat(problemOf(address, Duration.ofSeconds(1)))
                    .isEqualTo("it does not answer within 1 s at '%s'".formatted(address));
        }
    }

    @Test
    void whereNothingListensTheConnectionIsRefused() {
        assertThat(problemOf("127.0.0.1:1", Duration.ofSeconds(5)))
                .startsWith("it does not answer at '127.0.0.1:1': Connection refused");
    }
}
