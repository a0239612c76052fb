package dev.slipway.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.FolderLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTests {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    private Path temporary;

    @Test
    void emptiesWhatADemoMade() throws IOException {
        Path demo = temporary.resolve("demo");
        DataFolder first = make(demo);
        Path secret = first.secrets().file("admin-password");
        first.secrets().get("admin-password");
        assertThat(secret).exists();

        make(demo);

        assertThat(secret).doesNotExist();
        make(demo);
    }

    @Test
    void takesAFolderThatIsThereAndEmpty() throws IOException {
        assertThat(make(Files.createDirectory(temporary.resolve("empty"))).root())
                .exists();
    }

    @Test
    void leavesAFolderThatNoDemoMade() throws IOException {
        Path data = temporary.resolve("data");
        DataFolder installation = DataFolder.open(data);
        String password = installation.secrets().get("admin-password");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> make(data))
                .withMessageContaining(data.toString())
                .withMessageContaining("no demo made it");

        assertThat(installation.secrets().get("admin-password")).isEqualTo(password);
    }

    @Test
    void leavesAFolderThatIsNoneOfSlipway() throws IOException {
        Path file = Files.writeString(temporary.resolve("letter.txt"), "Dear");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> make(temporary))
                .withMessageContaining("is no data folder of Slipway");
        assertThat(file).exists();
    }

    @Test
    void leavesAFolderThatWasUsedSinceItsDemo() throws IOException {
        Path demo = temporary.resolve("demo");
        DemoFolder.adopt(make(demo));
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> make(demo))
                .withMessageContaining("was used since its demo");
    }

    @Test
    void leavesAFolderThatIsInUse() throws IOException {
        Path demo = temporary.resolve("demo");
        try (FolderLock used = make(demo).lock("api")) {
            assertThat(used).isNotNull();
            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> make(demo))
                    .withMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
        }
    }

    private DataFolder make(Path path) {
        return DemoFolder.make(path, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }
}
