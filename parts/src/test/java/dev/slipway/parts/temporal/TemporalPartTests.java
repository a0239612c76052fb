package dev.slipway.parts.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.parts.PartFailure;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.folder.Ports;
import dev.slipway.parts.process.PartProcess;
import dev.slipway.parts.process.ProcessIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalPartTests {

    @TempDir
    Path temporary;

    private DataFolder folder;
    private TemporalPart part;

    @BeforeEach
    void openAnEmptyFolder() {
        System.setProperty(
                "slipway.ports.from",
                Long.toString(10_000 + ProcessHandle.current().pid() * 7919 % 1500 * 10));
        folder = DataFolder.open(temporary.resolve("data"));
        part = newPart();
    }

    @AfterEach
    void stop() {
        part.stop();
    }

    @Test
    void hasNamespaceAndAttributesAndKeepsThemOverAKill() throws IOException {
        part.start();
        assertPrepared();
        ProcessIdentity killed = process();
        PartProcess.signal(killed, "KILL");
        assertThat(PartProcess.waitUntil(() -> !part.isAlive(), Duration.ofSeconds(5)))
                .isTrue();
        part.start();
        assertThat(process()).isNotEqualTo(killed);
        assertPrepared();
    }

    @Test
    void adoptsTheServerOfAKilledJvm() {
        part.start();
        ProcessIdentity living = process();
        TemporalPart next = newPart();
        next.start();
        assertThat(process()).isEqualTo(living);
        assertThat(next.isAlive()).isTrue();
    }

    @Test
    void namesTheOtherProcessOnItsPort() throws IOException {
        int port = folder.ports().get(PortName.TEMPORAL);
        try (ServerSocket stranger = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(stranger.isBound()).isTrue();
            assertThatExceptionOfType(PartFailure.class)
                    .isThrownBy(part::start)
                    .withMessageContaining("part 'temporal'")
                    .withMessageContaining(Integer.toString(port))
                    .withMessageContaining("process " + ProcessHandle.current().pid())
                    .withMessageContaining("temporal.port");
        }
    }

    private void assertPrepared() throws IOException {
        TemporalCli cli = TemporalCli.find().orElseThrow();
        assertThat(cli.run(List.of(
                        "operator", "namespace", "describe", "--namespace", "slipway", "--address", part.address())))
                .contains("720h");
        assertThat(cli.run(List.of(
                        "operator", "search-attribute", "list", "--namespace", "slipway", "--address", part.address())))
                .contains("SlipwayKind", "SlipwayGeneration", "SlipwayName")
                .doesNotContain("SlipwayPool", "SlipwayModel", "SlipwayDeadline");
    }

    @Test
    void hasNoUiWhereItIsSwitchedOff() {
        part.start();
        assertThat(Ports.isFree(uiPort())).isFalse();

        TemporalPart headless = newPart().withoutUi();
        headless.start();
        try {
            assertThat(Ports.isFree(uiPort())).isTrue();
            assertThat(headless.isHealthy()).isTrue();
        } finally {
            headless.stop();
        }
    }

    private int uiPort() {
        return folder.ports().get(PortName.TEMPORAL_UI);
    }

    private TemporalPart newPart() {
        return new TemporalPart(folder, "slipway", line -> {});
    }

    private ProcessIdentity process() {
        return new PartProcess(folder.pidFile("temporal"), folder.log("temporal"))
                .remembered()
                .orElseThrow();
    }
}
