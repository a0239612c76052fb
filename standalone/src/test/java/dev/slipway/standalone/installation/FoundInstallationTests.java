package dev.slipway.standalone.installation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands find that look at a folder or end it. */
class FoundInstallationTests {

    private static final String AT_THE_START = "database: {url: 'jdbc:postgresql://127.0.0.1:5432/first'}\n";
    private static final String LATER = "database: {url: 'jdbc:postgresql://127.0.0.1:5432/second'}\n";

    @TempDir
    private Path temporary;

    private DataFolder folder;

    @BeforeEach
    void startOnce(@TempDir Path data) throws IOException {
        folder = DataFolder.open(data);
        Files.writeString(folder.settings(), AT_THE_START);
        Installation.open(folder, null).keepForCommands();
    }

    @Test
    void isWhatTheProcessesOfTheFolderWereStartedWith() throws IOException {
        try (FolderLock held = folder.lock("api")) {
            assertThat(held).isNotNull();
            Files.writeString(folder.settings(), LATER);
            assertThat(Installation.found(folder, null).databaseUrl()).endsWith("/first");

            Files.writeString(folder.settings(), "databse: {}\n");
            Installation found = Installation.found(folder, null);
            assertThat(found.databaseUrl()).endsWith("/first");
            assertThat(found.fault().orElseThrow()).contains("line 1: 'databse' is no setting");
        }
    }

    @Test
    void isWhatTheFileSaysWhileNothingRuns() throws IOException {
        Files.writeString(folder.settings(), LATER);

        Installation found = Installation.found(folder, null);

        assertThat(found.databaseUrl()).endsWith("/second");
        assertThat(found.fault()).isEmpty();
    }

    @Test
    void isWhatTheLastStartUsedWhereTheFileHasAFault() throws IOException {
        Files.writeString(folder.settings(), "databse: {}\n");

        assertThat(Installation.found(folder, null).databaseUrl()).endsWith("/first");
        assertThat(Installation.found(folder, temporary.resolve("nowhere.yml"))
                        .fault()
                        .orElseThrow())
                .contains("nowhere.yml' does not exist");
    }

    @Test
    void hasTheDefaultsWhereNothingElseIsKnownAndWritesNoSettings() throws IOException {
        Files.delete(folder.settings());
        Files.delete(folder.root().resolve("run").resolve("slipway.yml"));

        Installation found = Installation.found(folder, null);

        assertThat(found.isDatabaseEmbedded()).isTrue();
        assertThat(found.fault()).isEmpty();
        assertThat(folder.settings()).doesNotExist();
    }

    @Test
    void keepsTheSettingsOfTheStartForTheOwnerAlone() throws IOException {
        Path kept = folder.root().resolve("run").resolve("slipway.yml");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(kept)).isEqualTo(AT_THE_START);
    }
}
