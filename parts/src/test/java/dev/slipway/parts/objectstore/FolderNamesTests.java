package dev.slipway.parts.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderNamesTests {

    private static final FileTime LONG_AGO = FileTime.from(Instant.EPOCH.plus(Duration.ofDays(365)));
    private static final FileTime LATER = FileTime.from(Instant.EPOCH.plus(Duration.ofDays(366)));

    private final FolderNames names = new FolderNames();

    @TempDir
    private Path root;

    /** A folder that is removed with its last object while a listing is under way, and made again by the next upload. */
    @Test
    void listsAFolderThatDidNotExistWhenItWasReadBefore() throws IOException {
        Path folder = root.resolve("in+");
        assertThat(list(folder)).isEmpty();

        Files.createFile(Files.createDirectory(folder).resolve("a="));
        Files.setLastModifiedTime(folder, LONG_AGO);

        assertThat(list(folder)).containsExactly("a");
    }

    @Test
    void listsWhatIsBelowANameThatContinuesAsLongAsItIsThere() throws IOException {
        Path folder = Files.createDirectory(root.resolve("in+"));
        Files.createFile(folder.resolve("a="));
        Files.setLastModifiedTime(folder, LONG_AGO);
        assertThat(list(folder)).containsExactly("a");

        Path continued = Files.createDirectory(folder.resolve("b~"));
        Files.setLastModifiedTime(folder, LATER);
        Files.setLastModifiedTime(continued, LONG_AGO);
        assertThat(list(folder)).containsExactly("a");
        Files.createFile(continued.resolve("c="));
        Files.setLastModifiedTime(continued, LATER);
        assertThat(list(folder)).containsExactly("a", "bc");

        Files.delete(continued.resolve("c="));
        Files.delete(continued);
        Files.setLastModifiedTime(folder, LONG_AGO);
        assertThat(list(folder)).containsExactly("a");
    }

    @Test
    void readsAFolderAgainOnlyOnceItHasChanged() throws IOException {
        Path folder = Files.createDirectory(root.resolve("in+"));
        Files.createFile(folder.resolve("a="));
        Files.setLastModifiedTime(folder, LONG_AGO);
        FolderNames.Window first = names.from(folder, new byte[0]);

        assertThat(names.from(folder, new byte[0])).isSameAs(first);
        Files.setLastModifiedTime(folder, LATER);
        assertThat(names.from(folder, new byte[0])).isNotSameAs(first);
    }

    private List<String> list(Path folder) throws IOException {
        return names.from(folder, new byte[0]).names().stream()
                .map(name -> new String(name, StandardCharsets.UTF_8))
                .toList();
    }
}
