package dev.slipway.standalone.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineChecksTests {

    private static final long MEGABYTE = 1L << 20;

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({
        "Python 3.9.2, GOOD",
        "Python 3.14.0, GOOD",
        "Python 3.8.20, MISSING",
        "Python 2.7.18, MISSING",
        "pyenv: python3: command not found, MISSING"
    })
    void knowsWhichPythonRunsModels(String answer, Finding.Mark mark) throws IOException {
        Finding found = new PythonCheck(program("echo '" + answer + "'")).get().getFirst();

        assertThat(found.mark()).isEqualTo(mark);
        assertThat(found.text()).contains(answer);
    }

    @Test
    void saysThatThereIsNoPython() {
        Finding found =
                new PythonCheck(temporary.resolve("python3").toString()).get().getFirst();

        assertThat(found.isMissing()).isTrue();
        assertThat(found.text()).contains("found 'not found', expected 3.9 or later", "What to do: install it");
    }

    @ParameterizedTest
    @CsvSource({"?, true", "alice, false"})
    void saysThatPostgresNeedsAUserWithAName(String user, boolean missing) {
        assertThat(new PostgresCheck(user).get().stream().anyMatch(Finding::isMissing))
                .isEqualTo(missing);
    }

    @Test
    void refusesNoStartForAProgramThatDoesNotAnswer() throws IOException {
        Finding found = new PythonCheck(program("exec tail -f /dev/null")).get().getFirst();

        assertThat(found.mark()).isEqualTo(Finding.Mark.NOTE);
    }

    @ParameterizedTest
    @CsvSource({
        "false, 4000, GOOD",
        "false, 3000, MISSING",
        "false, 100, MISSING",
        "true, 4000, GOOD",
        "true, 3000, NOTE",
        "true, 300, NOTE",
        "true, 200, MISSING"
    })
    void wantsMoreDiskForANewInstallationThanForOneThatComesBack(boolean exists, long megabytes, Finding.Mark mark)
            throws IOException {
        if (exists) {
            Files.createDirectory(temporary.resolve("postgres"));
        }
        Finding found = new DiskCheck(temporary, false).space(temporary, megabytes * MEGABYTE);

        assertThat(found.mark()).isEqualTo(mark);
        assertThat(found.text()).contains("GB free at '%s'".formatted(temporary));
    }

    @Test
    void looksAtTheDiskOfAFolderThatIsNotThereYet() {
        assertThat(new DiskCheck(temporary.resolve("a/b"), true).get())
                .singleElement()
                .satisfies(found -> assertThat(found.text()).contains("at '%s'".formatted(temporary)));
    }

    private String program(String line) throws IOException {
        Path program = Files.writeString(temporary.resolve("program"), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program.toString();
    }
}
