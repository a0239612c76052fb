package dev.slipway.domain.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.storage.ObjectUri;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFoldersTests {

    private static final String UUID = "0f8fad5b-d9cd-469f-a165-70867728950e";

    /** The name of an execution is that of its run, its activity and its attempt. */
    @Test
    void allNamesFitBelowTheLongestDestination() {
        ObjectUri destination = new ObjectUri("box", "d".repeat(TaskFolders.LONGEST_DESTINATION - 1) + "/");
        TaskFolders folders = new TaskFolders(destination, new TaskId(UUID));
        String fence = UUID + "-" + UUID + "-" + Integer.MAX_VALUE;
        ChunkRange last = new ChunkRange(999_999_999_999_998L, 999_999_999_999_999L);

        assertThat(TaskFolders.leavesRoomIn(destination)).isTrue();
        assertThat(folders.partOutcomes(ChunkCommit.part(last, fence)).key()).hasSizeLessThanOrEqualTo(1024);
        assertThat(folders.partData(ChunkCommit.part(last, fence)).key()).hasSizeLessThanOrEqualTo(1024);
        assertThat(folders.planPart(fence, "index-00000.jsonl").key()).hasSizeLessThanOrEqualTo(1024);
        assertThat(folders.result("x".repeat(ResultNames.SHORTEST_LIMIT)).key()).hasSizeLessThanOrEqualTo(1024);
        assertThat(folders.manifest(99_999).key()).hasSizeLessThanOrEqualTo(1024);
    }

    @ParameterizedTest
    @CsvSource({"d, 823, true", "d, 824, false", "猫, 274, true", "猫, 275, false"})
    void countsBytesAndTheSlashAtTheEnd(String piece, int times, boolean fits) {
        ObjectUri destination = new ObjectUri("box", piece.repeat(times));

        assertThat(TaskFolders.leavesRoomIn(destination)).isEqualTo(fits);
        assertThat(TaskFolders.tooLong(destination))
                .contains("has %d bytes".formatted(piece.repeat(times).getBytes(StandardCharsets.UTF_8).length + 1))
                .contains("expected at most 824");
    }
}
