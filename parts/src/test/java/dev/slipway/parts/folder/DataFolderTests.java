package dev.slipway.parts.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTests {

    private final Path folder;

    DataFolderTests(@TempDir Path temporary) {
        this.folder = temporary.resolve("data");
    }

    @Test
    void isReadableByItsOwnerOnly() throws IOException {
        DataFolder data = DataFolder.open(folder);
        String secret = data.secrets().get("a-secret");

        assertThat(permissions(folder)).isEqualTo("rwx------");
        assertThat(permissions(folder.resolve("secrets"))).isEqualTo("rwx------");
        assertThat(permissions(data.secrets().file("a-secret"))).isEqualTo("rw-------");
        assertThat(secret).matches("[A-Za-z0-9]{32}");
    }

    @Test
    void isReadableByItsOwnerOnlyAlsoWhereItsUserMadeIt() throws IOException {
        Path made = Files.createDirectory(folder);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));

        DataFolder.open(made);
        assertThat(Files.getPosixFilePermissions(made)).isEqualTo(PosixFilePermissions.fromString("rwx------"));

        // What is opened later, its user has decided.
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-x---"));
        DataFolder.open(made);
        assertThat(Files.getPosixFilePermissions(made)).isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
    }

    @Test
    void keepsSecretsAndPortsForTheNextStart() {
        DataFolder first = DataFolder.open(folder);
        String secret = first.secrets().get("a-secret");
        int port = first.ports().get(PortName.API);

        DataFolder second = DataFolder.open(folder);

        assertThat(second.secrets().get("a-secret")).isEqualTo(secret);
        assertThat(second.secrets().get("another")).isNotEqualTo(secret);
        assertThat(second.ports().get(PortName.API)).isEqualTo(port);
        assertThat(new HashSet<>(second.ports().kept().values())).hasSameSizeAs(PortName.values());
    }

    @Test
    void givesAllWhoOpenANewFolderAtOnceTheSame() throws Exception {
        Set<String> secrets = new HashSet<>();
        Set<Integer> ports = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<DataFolder>> openings = IntStream.range(0, 8)
                    .<Callable<DataFolder>>mapToObj(i -> () -> DataFolder.open(folder))
                    .toList();
            List<Callable<Boolean>> uses = new java.util.ArrayList<>();
            for (Future<DataFolder> opened : threads.invokeAll(openings)) {
                DataFolder data = opened.get();
                uses.add(() -> {
                    String secret = data.secrets().get("a-secret");
                    int port = data.ports().get(PortName.TEMPORAL);
                    synchronized (secrets) {
                        ports.add(port);
                        return secrets.add(secret);
                    }
                });
            }
            for (Future<Boolean> used : threads.invokeAll(uses)) {
                used.get();
            }
        }
        assertThat(secrets).hasSize(1);
        assertThat(ports).hasSize(1);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    @Test
    void choosesNoPortThatSomebodyListensOn() throws IOException {
        int port = DataFolder.open(folder).ports().get(PortName.API);
        try (ServerSocket stranger = new ServerSocket(port + 3, 1, InetAddress.getLoopbackAddress())) {
            DataFolder other = DataFolder.open(folder.resolveSibling("other"));
            other.ports().get(PortName.API);

            assertThat(other.ports().kept().values()).doesNotContain(port, stranger.getLocalPort());
        }
    }

    @Test
    void takesThePortsOfTheSettings() {
        DataFolder data = DataFolder.open(folder);
        data.ports().keep(PortName.GATEWAY, 7777);
        int chosen = data.ports().get(PortName.API);

        assertThat(data.ports().get(PortName.GATEWAY)).isEqualTo(7777);
        data.ports().keep(PortName.API, 7778);
        assertThat(DataFolder.open(folder).ports().get(PortName.API))
                .isEqualTo(7778)
                .isNotEqualTo(chosen);
    }

    @Test
    void saysWhatIsWrongWithADamagedFileOfPorts() throws IOException {
        DataFolder data = DataFolder.open(folder);
        Files.writeString(folder.resolve("ports"), "api=many\n");

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> data.ports().get(PortName.API))
                .withMessageContaining(folder.resolve("ports").toString())
                .withMessageContaining("many");
    }

    @Test
    void refusesAnEmptySecretRatherThanMakingAnother() throws IOException {
        DataFolder data = DataFolder.open(folder);
        data.secrets().get("token-key");
        Files.writeString(data.secrets().file("token-key"), "\n");

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> data.secrets().get("token-key"))
                .withMessageContaining("is empty");
    }

    @Test
    void hasOneHolderOfEachRole() {
        DataFolder data = DataFolder.open(folder);
        String self = Long.toString(ProcessHandle.current().pid());
        FolderLock api = data.lock("api");
        try {
            assertThat(data.holder("api")).contains(self);
            assertThat(data.holders()).containsOnlyKeys("api");
            assertThatExceptionOfType(FolderInUse.class)
                    .isThrownBy(() -> DataFolder.open(folder).lock("api"))
                    .satisfies(taken -> assertThat(taken.pid()).isEqualTo(self))
                    .withMessageContaining("--data");
            data.lock("worker").close();
        } finally {
            api.close();
        }
        assertThat(data.holder("api")).isEmpty();
        data.lock("api").close();
    }

    @Test
    void knowsWhetherAnythingWasEverStartedThere() {
        assertThat(DataFolder.existing(folder)).isEmpty();
        DataFolder.open(folder);
        assertThat(DataFolder.existing(folder)).isPresent();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
