package dev.slipway.activities.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTests {

    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-01-02T00:00:00Z");

    @Test
    void removesWhatNobodyWroteToForLongAndNothingElse(@TempDir Path folder) throws IOException {
        old(Files.writeString(folder.resolve("part-1.data"), "left by a killed process"));
        Path download = Files.createDirectories(folder.resolve("import-1/model"));
        old(Files.writeString(download.resolve("weights.json"), "[]"));
        old(download);
        old(folder.resolve("import-1"));
        Path inWork = Files.createDirectories(folder.resolve("import-2/model"));
        Path fresh = Files.writeString(inWork.resolve("weights.json"), "[]");
        old(inWork);
        old(folder.resolve("import-2"));
        Path part = Files.writeString(folder.resolve("part-2.data"), "being written");

        WorkFolder.sweep(folder, UNTIL);

        assertThat(folder.resolve("part-1.data")).doesNotExist();
        assertThat(folder.resolve("import-1")).doesNotExist();
        assertThat(fresh).exists();
        assertThat(part).exists();
    }

    @Test
    void hasNothingToDoBeforeTheFirstStart(@TempDir Path folder) {
        WorkFolder.sweep(folder.resolve("work"), UNTIL);

        assertThat(folder).isEmptyDirectory();
    }

    private static void old(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(LONG_AGO));
    }
}
