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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerChecksTests {

    @Test
    void tellsSoonThatAServerTakesConnectionsAndNeverAnswers(@TempDir Path data) throws IOException {
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ServerChecks checks = new ServerChecks(installation(data, hanging.getLocalPort()));
            Instant began = Instant.now();

            List<CompletableFuture<Optional<String>>> answers = List.of(
                    CompletableFuture.supplyAsync(checks::database, Thread::startVirtualThread),
                    CompletableFuture.supplyAsync(checks::temporal, Thread::startVirtualThread),
                    CompletableFuture.supplyAsync(checks::objects, Thread::startVirtualThread));

            assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isPresent());
            assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void saysWhyWhereNothingListens(@TempDir Path data) throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        ServerChecks checks = new ServerChecks(installation(data, free));

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
