package dev.slipway.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.storage.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemovableBatchWorkTests {

    private final InMemoryObjectStore objects = new InMemoryObjectStore("data");

    @Test
    void sumsPlansAndPartsAndNoResults() {
        BatchTask first = task("first", "data");
        BatchTask second = task("second", "data");
        put(folders(first).planIndex(), 10);
        put(folders(first).partData("p"), 2_000);
        put(folders(second).partData("p"), 300);
        put(folders(second).result("a_result.txt"), 40_000);

        assertThat(RemovableBatchWork.of(List.of(first, second), objects))
                .isEqualTo(new RemovableBatchWork(2, 2_310, true));
    }

    @Test
    void aBucketThatIsGoneHasNothingToFree() {
        BatchTask lost = task("lost", "lost");

        assertThat(RemovableBatchWork.of(List.of(lost), objects)).isEqualTo(new RemovableBatchWork(1, 0, true));
    }

    @Test
    void listsALimitedNumberOfTasksAndObjects() {
        BatchTask one = task("one", "data");
        put(folders(one).partData("p"), 1);
        List<BatchTask> tooMany = new ArrayList<>(Collections.nCopies(RemovableBatchWork.MOST_TASKS + 1, one));
        BatchTask big = task("big", "data");
        int listed = RemovableBatchWork.MOST_LISTINGS * 1_000;
        for (int i = 0; i <= listed; i++) {
            put(folders(big).partData(Integer.toString(i)), 1);
        }

        assertThat(RemovableBatchWork.of(tooMany, objects))
                .isEqualTo(new RemovableBatchWork(RemovableBatchWork.MOST_TASKS, RemovableBatchWork.MOST_TASKS, false));
        assertThat(RemovableBatchWork.of(List.of(big), objects)).isEqualTo(new RemovableBatchWork(1, listed, false));
    }

    private void put(ObjectUri uri, int bytes) {
        objects.put(uri, new byte[bytes]);
    }

    private static TaskFolders folders(BatchTask task) {
        return new TaskFolders(task.spec().entry().destination(), task.id());
    }

    private static BatchTask task(String id, String bucket) {
        BatchEntry entry = new BatchEntry(
                new ObjectUri(bucket, "in/"), false, new ObjectUri(bucket, "out/"), "/", BatchEntry.Mapping.FILE, null);
        TaskSpec spec = new TaskSpec(
                entry,
                new ModelApi("/", "POST", null, null, null, null, null, false),
                Templates.labelled("iris 0.0.1"),
                new TaskSpec.Slots(Services.POOL, 1, 2),
                20);
        return BatchTask.draft(new TaskId(id), ServiceId.random(), spec, Services.NOON);
    }
}
