package dev.slipway.parts.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Root may read everything, so the folder is looked at by a process of another user, with classes that it may read. */
class FolderOfAnotherUserTests {

    private final Path temporary;
    private final Path closed;
    private final Path classes;

    FolderOfAnotherUserTests(@TempDir Path temporary) throws Exception {
        this.temporary = temporary;
        permit(temporary, "rwxr-xr-x");
        this.classes = Files.createDirectories(temporary.resolve("classes/dev/slipway/parts/folder"));
        copy(DataFolder.class);
        copy(PortsOfFolders.class);
        this.closed = temporary.resolve("closed");
        DataFolder.open(closed.resolve("below"), new PortRegister(null)).ports().get(PortName.API);
        DataFolder.open(closed, new PortRegister(null)).ports().get(PortName.API);
        permit(closed, "---------");
    }

    @AfterEach
    void openAgain() throws IOException {
        permit(closed, "rwx------");
    }

    @Test
    void isNotTakenForOneThatIsNotThere() throws Exception {
        List<String> lines = linesOfAnotherUser(PortsOfFolders.class, closed, closed.resolve("below"));

        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).startsWith("data folder '%s': this user may not read it".formatted(closed));
        assertThat(lines.getLast())
                .startsWith("data folder '%s': this user may not read it".formatted(closed.resolve("below")));
    }

    @Test
    void isRefusedAlsoWhereOnlyWhatIsBelowItIsClosed() throws Exception {
        permit(closed, "rwxr-xr-x");

        assertThat(linesOfAnotherUser(PortsOfFolders.class, closed))
                .singleElement()
                .asString()
                .contains("this user may not read it");
    }

    /**
     * {@code env} prints the key that opens the objects of all projects from here alone: only the folder's user may read it, however far
     * somebody has opened the folders.
     */
    @ParameterizedTest
    @CsvSource({"rwx------", "rwxr-xr-x", "rwxrwxrwx"})
    void givesNobodyElseTheKeyOfTheObjectStore(String mode) throws Exception {
        Path file = closed.resolve("secrets").resolve(SecretOfFolder.NAME);
        permit(closed, "rwxr-xr-x");
        String key = DataFolder.open(closed).secrets().get(SecretOfFolder.NAME);
        for (String part : List.of("secrets", "locks", "run", "logs")) {
            permit(closed.resolve(part), mode);
        }

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(linesOfAnotherUser(SecretOfFolder.class, closed))
                .singleElement()
                .asString()
                .contains("this user may not read it")
                .doesNotContain(key);

        permit(file, "rw-r--r--");
        boolean everybody = !mode.equals("rwx------");
        assertThat(linesOfAnotherUser(SecretOfFolder.class, closed))
                .as("the control: it is the mode of the file that keeps it")
                .singleElement()
                .matches(line -> line.equals(key) == everybody);
    }

    private List<String> linesOfAnotherUser(Class<?> program, Path... folders) throws Exception {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                temporary.resolve("classes").toString(),
                program.getName()));
        for (Path folder : folders) {
            command.add(folder.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private void copy(Class<?> ofPackage) throws Exception {
        URI file = URI.create(String.valueOf(ofPackage.getResource(ofPackage.getSimpleName() + ".class")));
        Path from = Objects.requireNonNull(Path.of(file).getParent());
        try (Stream<Path> files = Files.list(from)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                Files.copy(each, classes.resolve(each.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void permit(Path path, String permissions) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
