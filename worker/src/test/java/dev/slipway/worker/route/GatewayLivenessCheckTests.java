package dev.slipway.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.route.IdentityFile;
import dev.slipway.adapters.postgres.route.IdentityFolders;
import dev.slipway.adapters.postgres.route.IdentityLock;
import dev.slipway.adapters.postgres.route.ProcessTable;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.Gateways.Registered;
import dev.slipway.testing.route.InMemoryGateways;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayLivenessCheckTests {

    private static final String ID = "gateway-1";

    @TempDir
    private Path data;

    private final InMemoryGateways gateways = new InMemoryGateways(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    private List<String> registeredAfterARound() {
        try (GatewayLivenessCheck check = new GatewayLivenessCheck(gateways, new IdentityFolders(data))) {
            check.round();
        }
        return gateways.registered().stream()
                .map(Registered::identity)
                .map(GatewayIdentity::id)
                .toList();
    }

    @Test
    void takesOffOneWhoseProcessHasEnded() throws Exception {
        GatewayIdentity dead = ended();
        note(dead);
        gateways.link().register(dead);

        assertThat(registeredAfterARound()).isEmpty();
    }

    @Test
    void leavesOneThatLivesHoweverLongItIsSilent() throws Exception {
        GatewayIdentity alive = identity(ProcessHandle.current().pid());
        note(alive);
        gateways.link().register(alive);

        assertThat(registeredAfterARound()).containsExactly(ID);
    }

    /** The register names the process before: the one that serves now could not tell of itself. */
    @Test
    void leavesOneThatWasStartedAgainWithTheDatabaseAway() throws Exception {
        GatewayIdentity before = ended();
        Path folder = note(before);
        gateways.link().register(before);
        try (IdentityLock again = Objects.requireNonNull(IdentityLock.tryTake(folder))) {
            assertThat(again).isNotNull();
            note(identity(ProcessHandle.current().pid()));

            assertThat(registeredAfterARound()).containsExactly(ID);
        }
    }

    @Test
    void leavesOneThatHasRegisteredAnewInTheMeantime() throws Exception {
        GatewayIdentity before = ended();
        note(before);
        gateways.link().register(identity(ProcessHandle.current().pid()));

        gateways.removeDead(before);

        assertThat(registeredAfterARound()).containsExactly(ID);
    }

    private Path note(GatewayIdentity gateway) throws IOException {
        Path folder = Files.createDirectories(data.resolve("gateway").resolve("1"));
        new IdentityFile(gateway.id(), gateway.hostId(), gateway.bootId(), gateway.pid(), gateway.processStart(), true)
                .write(folder);
        return folder;
    }

    private static GatewayIdentity ended() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sleep", "60").start();
        GatewayIdentity identity = identity(process.pid());
        process.destroyForcibly().waitFor();
        return identity;
    }

    private static GatewayIdentity identity(long pid) {
        return new GatewayIdentity(
                ID,
                ProcessTable.hostId(),
                ProcessTable.bootId(),
                pid,
                Objects.requireNonNull(ProcessTable.startOf(pid)),
                "http://x",
                Instant.EPOCH);
    }
}
