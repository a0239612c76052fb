package dev.slipway.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.settings.FirstSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerChecksTests {

    @Test
    void tellsSoonThatAServerTakesConnectionsAndNeverAnswers(@TempDir Path data) throws IOException {
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Installation installation = installation(data, hanging.getLocalPort());
            Instant began = Instant.now();
            ServerChecks checks = ServerChecks.ofAll(installation);

            // One after the other, as a command prints them.
            assertThat(List.of(checks.database(), checks.temporal(), checks.objects()))
                    .allSatisfy(answer -> assertThat(answer).isPresent());
            assertThat(Duration.between(began, Instant.now()))
                    .isLessThan(ServerChecks.LIMIT.plus(Duration.ofSeconds(2)));
            assertThat(checks.temporal()).as("asked again").isPresent();
        }
    }

    @Test
    void saysWhyWhereNothingListens(@TempDir Path data) throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        ServerChecks checks = ServerChecks.ofAll(installation(data, free));

        assertThat(checks.database()).hasValueSatisfying(why -> assertThat(why).contains("refused"));
        assertThat(checks.temporal()).isPresent();
        assertThat(checks.objects()).isPresent();
    }

    private static Installation installation(Path data, int port) throws IOException {
        Path settings = Files.writeString(data.resolve("mine.yml"), FirstSettings.text() + """
                database: {url: 'jdbc:postgresql://127.0.0.1:%1$d/x', user: u, password: p, gateway-user: g, gateway-password: p}
                temporal: {address: '127.0.0.1:%1$d'}
                objects: {endpoint: 'http://127.0.0.1:%1$d', access-key: a, secret-key: s}
                """.formatted(port));
        return Installation.open(DataFolder.open(data.resolve("folder")), settings);
    }
}
