package dev.slipway.parts.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortRegisterTests {

    private static final int STARTS = 4;

    private final Path temporary;
    private final Path file;

    PortRegisterTests(@TempDir Path temporary) {
        this.temporary = temporary;
        this.file = temporary.resolve("state").resolve("data-folders");
    }

    @Test
    void givesFirstStartsOfProcessesAtOnceDifferentPorts() throws Exception {
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            ProcessBuilder start = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            PortsOfFolders.class.getName(),
                            temporary.resolve("data-" + i).toString())
                    .redirectErrorStream(true);
            start.environment().put("XDG_STATE_HOME", temporary.resolve("state").toString());
            starts.add(start.start());
        }
        Set<String> ports = new HashSet<>();
        for (Process start : starts) {
            ports.add(new String(start.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split(" ", 2)[0]);
            assertThat(start.waitFor()).isZero();
        }
        assertThat(ports).hasSize(STARTS).allMatch(port -> port.matches("[0-9]+"));
    }

    @Test
    void givesFirstStartsOfThreadsAtOnceDifferentPorts() throws Exception {
        List<Integer> ports = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(STARTS)) {
            List<Future<Collection<Integer>>> starts = new ArrayList<>();
            for (int i = 0; i < STARTS; i++) {
                Path folder = temporary.resolve("data-" + i);
                starts.add(threads.submit(() -> portsOf(folder)));
            }
            for (Future<Collection<Integer>> start : starts) {
                ports.addAll(start.get());
            }
        }
        assertThat(ports).hasSize(STARTS * PortName.values().length).doesNotHaveDuplicates();
    }

    @Test
    void leavesThePortsOfAStoppedInstallationToIt() {
        Collection<Integer> stopped = portsOf(temporary.resolve("stopped"));

        assertThat(portsOf(temporary.resolve("next"))).doesNotContainAnyElementsOf(stopped);
    }

    @Test
    void leavesAPortThatTheSettingsOfAStoppedInstallationNameToIt() {
        DataFolder stopped = open(temporary.resolve("stopped"));
        int first = stopped.ports().get(PortName.API);
        stopped.ports().keep(PortName.OBJECTS, first + 13);

        assertThat(portsOf(temporary.resolve("next"))).doesNotContain(first + 13);
    }

    @Test
    void givesBackThePortsOfAFolderThatIsGone() throws IOException {
        Path gone = temporary.resolve("gone");
        Collection<Integer> given = portsOf(gone);
        Files.delete(gone.resolve("ports"));

        assertThat(portsOf(temporary.resolve("next"))).isEqualTo(given);
        assertThat(Files.readAllLines(file))
                .containsExactly(temporary.resolve("next").toRealPath().toString());
    }

    @Test
    void knowsAFolderThatWasMovedFromItsNextStartOn() throws IOException {
        Path before = temporary.resolve("before");
        Collection<Integer> given = portsOf(before);
        Path after = Files.move(before, temporary.resolve("after"));
        open(after).ports().enter();

        assertThat(portsOf(temporary.resolve("next"))).doesNotContainAnyElementsOf(given);
    }

    @Test
    void doesWithoutAPlaceOfItsOwn() throws IOException {
        Path aFile = Files.writeString(temporary.resolve("file"), "");
        for (PortRegister register : List.of(new PortRegister(null), new PortRegister(aFile.resolve("data-folders")))) {
            Path folder = Files.createTempDirectory(temporary, "data");
            assertThat(DataFolder.open(folder, register).ports().get(PortName.API))
                    .isPositive();
        }
    }

    private DataFolder open(Path folder) {
        return DataFolder.open(folder, new PortRegister(file));
    }

    private Collection<Integer> portsOf(Path folder) {
        DataFolder data = open(folder);
        data.ports().get(PortName.API);
        return new HashSet<>(data.ports().kept().values());
    }
}
