package dev.slipway.worker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.Unavailable;
import dev.slipway.testing.part.TestTemporal;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalNamespace;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.connection.TemporalTls;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dev server has no TLS, so a proxy in front of it asks for it, and for the client's certificate. */
class TemporalTlsTests {

    private final Path folder;
    private final PemCertificate server;
    private final PemCertificate client;
    private final TlsProxy proxy;

    TemporalTlsTests(@TempDir Path folder) throws Exception {
        this.folder = folder;
        this.server = PemCertificate.make(folder, "temporal");
        this.client = PemCertificate.make(folder, "slipway");
        this.proxy = TlsProxy.start(server, client, TestTemporal.shared().address());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    @Test
    void speaksWithAServerThatAsksForOurCertificate() {
        TemporalProperties properties = properties(tls(client, "temporal", "key-of-ours"));

        try (TemporalNamespace namespace = new TemporalNamespace(properties);
                TemporalConnection connection = TemporalConnection.open(properties, "test")) {
            assertThatCode(namespace::prepare).doesNotThrowAnyException();
            assertThat(new WorkflowSignals(connection.client()).isRunning("nobody"))
                    .isFalse();
        }
        assertThat(properties.toString()).doesNotContain("key-of-ours");
    }

    @Test
    void isRefusedWithoutACertificateOrWithAnother() throws Exception {
        PemCertificate stranger = PemCertificate.make(folder, "stranger");

        assertRefused(properties(new TemporalTls(server.certificate(), null, null, "temporal", null)));
        assertRefused(properties(tls(stranger, "temporal", null)));
        assertRefused(new TemporalProperties(proxy.address(), TestTemporal.NAMESPACE));
    }

    @Test
    void refusesAServerOfAnotherNameOrOfAnotherAuthority() {
        assertRefused(properties(tls(client, "elsewhere", null)));
        assertRefused(properties(
                new TemporalTls(client.certificate(), client.certificate(), client.key(), "temporal", null)));
    }

    @Test
    void namesTheFilesThatCannotBeUsed() throws IOException {
        Path nothing = Files.writeString(folder.resolve("nothing.pem"), "nothing");
        TemporalProperties properties =
                properties(new TemporalTls(nothing, client.certificate(), client.key(), null, null));

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> TemporalConnection.open(properties, "test"))
                .withMessageContaining("temporal.tls: ca '%s'".formatted(nothing));
    }

    private static void assertRefused(TemporalProperties properties) {
        try (TemporalConnection connection = TemporalConnection.open(properties, "test")) {
            assertThatExceptionOfType(Unavailable.class)
                    .isThrownBy(() -> new WorkflowSignals(connection.client()).isRunning("nobody"));
        }
    }

    private TemporalTls tls(PemCertificate ours, String serverName, @Nullable String apiKey) {
        return new TemporalTls(server.certificate(), ours.certificate(), ours.key(), serverName, apiKey);
    }

    private TemporalProperties properties(TemporalTls tls) {
        return new TemporalProperties(proxy.address(), TestTemporal.NAMESPACE, tls);
    }
}
