package dev.slipway.adapters.postgres.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.testing.route.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityFoldersTests {

    private static final String ID = "gateway-here";

    private final AtomicInteger runs = new AtomicInteger();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path data;

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    private boolean runIfEnded(GatewayIdentity gateway) {
        return new IdentityFolders(data).runIfEnded(gateway, runs::incrementAndGet);
    }

    @Test
    void buriesAProcessThatHasEnded() throws Exception {
        GatewayIdentity dead = ended();
        Path folder = folder(1, dead, true);

        assertThat(runIfEnded(dead)).isTrue();
        assertThat(runs).hasValue(1);
        assertThat(registered(folder)).isFalse();
    }

    @Test
    void neverRemovesAProcessThatLives() throws Exception {
        GatewayIdentity alive = identity(ProcessHandle.current().pid());
        Path folder = folder(1, alive, true);

        assertThat(runIfEnded(alive)).isFalse();
        assertThat(runs).hasValue(0);
        assertThat(registered(folder)).isTrue();
    }

    /** Started again on its identity with the database away: the register still names the process before. */
    @Test
    void neverRemovesAnIdentityThatAnotherProcessHasTaken() throws Exception {
        GatewayIdentity before = ended();
        Path folder = folder(1, before, true);
        Process holder = lockedByAnotherProcess(folder);
        folder(1, identity(holder.pid()), true);

        assertThat(runIfEnded(before)).isFalse();
        assertThat(runs).hasValue(0);
        assertThat(registered(folder)).isTrue();

        holder.destroyForcibly().waitFor();

        assertThat(runIfEnded(before)).isTrue();
    }

    /** The moment between the lock and the note of who has it. */
    @Test
    void neverRemovesAnIdentityThatIsBeingTaken() throws Exception {
        GatewayIdentity before = ended();
        Path folder = folder(1, before, true);
        lockedByAnotherProcess(folder);

        assertThat(runIfEnded(before)).isFalse();
        assertThat(registered(folder)).isTrue();
    }

    /** A gateway in the same process as the worker: to look at its lock must not free it. */
    @Test
    void leavesAloneWhatThisProcessHolds() throws Exception {
        GatewayIdentity before = ended();
        Path folder = folder(1, before, true);
        try (IdentityLock lock = Objects.requireNonNull(IdentityLock.tryTake(folder))) {
            assertThat(lock).isNotNull();
            assertThat(runIfEnded(before)).isFalse();
            assertThat(canBeLockedByAnotherProcess(folder)).isFalse();
        }
        assertThat(canBeLockedByAnotherProcess(folder)).isTrue();
    }

    @Test
    void provesNothingOfAnIdentityThatLiesElsewhere() throws Exception {
        assertThat(runIfEnded(ended())).isFalse();
        assertThat(runs).hasValue(0);
    }

    @Test
    void provesNothingOfAnotherMachine() throws IOException {
        GatewayIdentity elsewhere = Routes.gateway(ID);
        folder(1, elsewhere, true);

        assertThat(runIfEnded(elsewhere)).isFalse();
    }

    @Test
    void anIdentityThatWasCopiedIsBuriedOnlyWithItsCopies() throws Exception {
        GatewayIdentity dead = ended();
        folder(1, dead, true);
        Path copy = folder(2, dead, true);
        Process holder = lockedByAnotherProcess(copy);

        assertThat(runIfEnded(dead)).isFalse();

        holder.destroyForcibly().waitFor();

        assertThat(runIfEnded(dead)).isTrue();
    }

    @Test
    void aFileThatCannotBeReadIsNobody() throws Exception {
        GatewayIdentity dead = ended();
        folder(1, dead, true);
        Path broken = Files.createDirectories(data.resolve("gateway").resolve("2"));
        Files.writeString(broken.resolve("identity.json"), "{");

        assertThat(runIfEnded(dead)).isTrue();
    }

    @Test
    void whatCannotBeBuriedMayStillNotServeUnregistered() throws Exception {
        GatewayIdentity dead = ended();
        Path folder = folder(1, dead, true);

        assertThatThrownBy(() -> new IdentityFolders(data).runIfEnded(dead, () -> {
                    throw new IllegalStateException("the database is away");
                }))
                .hasMessage("the database is away");
        assertThat(registered(folder)).isFalse();
        assertThat(runIfEnded(dead)).isTrue();
    }

    @Test
    void tellsWhetherAProcessHasAnIdentity() throws Exception {
        Path folder = folder(1, ended(), true);
        IdentityFolders folders = new IdentityFolders(data);

        assertThat(folders.isTaken(ID)).isFalse();

        lockedByAnotherProcess(folder);

        assertThat(folders.isTaken(ID)).isTrue();
        assertThat(folders.isTaken("gateway-elsewhere")).isFalse();
    }

    private Path folder(int number, GatewayIdentity gateway, boolean registered) throws IOException {
        Path folder = Files.createDirectories(data.resolve("gateway").resolve(Integer.toString(number)));
        new IdentityFile(
                        gateway.id(),
                        gateway.hostId(),
                        gateway.bootId(),
                        gateway.pid(),
                        gateway.processStart(),
                        registered)
                .write(folder);
        return folder;
    }

    private static boolean registered(Path folder) {
        return Objects.requireNonNull(IdentityFile.read(folder)).registered();
    }

    private Process lockedByAnotherProcess(Path folder) throws IOException {
        Process process = locker(folder);
        int first = process.getInputStream().read();
        assertThat(first).isEqualTo('y');
        return process;
    }

    private boolean canBeLockedByAnotherProcess(Path folder) throws IOException {
        Process process = locker(folder);
        int first = process.getInputStream().read();
        process.destroyForcibly();
        return first == 'y';
    }

    private Process locker(Path folder) throws IOException {
        String script = """
                import fcntl, os, sys, time
                file = open(sys.argv[1], "a")
                try:
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.write(1, b"y")
                except OSError:
                    os.write(1, b"n")
                time.sleep(60)
                """;
        Process process = new ProcessBuilder(
                        "python3", "-c", script, folder.resolve("lock").toString())
                .start();
        started.add(process);
        return process;
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
