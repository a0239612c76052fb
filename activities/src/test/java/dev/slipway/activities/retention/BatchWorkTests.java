package dev.slipway.activities.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.storage.InMemoryObjectStore;
import dev.slipway.testing.storage.InMemoryObjectStore.Access;
import dev.slipway.workflows.contract.retention.RemovedKind;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchWorkTests {

    private static final Instant NOW = Services.NOON.plusSeconds(3600);

    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("data");
    private final BatchTask first = ended("first", "data");
    private final BatchTask second = ended("second", "data");
    private final BatchTask inALostBucket = ended("third", "lost");

    @Test
    void removesPlanPartsAndCommitsAndLeavesTheResults() {
        assertThat(work(first, second, inALostBucket).things()).isEqualTo(4);

        for (BatchTask task : List.of(first, second)) {
            assertThat(objects.list(folders(task).work(), null).objects()).isEmpty();
            assertThat(objects.head(folders(task).result("a_result.txt"))).isPresent();
        }
        assertThat(Stream.of(first, second, inALostBucket)
                        .map(task -> tasks.commits(task.id(), 0, 10))
                        .flatMap(List::stream))
                .isEmpty();
        assertThat(tasks.find(first.id()).orElseThrow().workRemovedAt()).isEqualTo(NOW);
    }

    @Test
    void leavesATaskWhoseStorageRefusesForAnotherTime() {
        objects.refuse(Access.WRITE, uri -> uri.isWithin(folders(first).work()));

        assertThat(work(first, second).things()).isEqualTo(2);
        assertThat(tasks.commits(first.id(), 0, 10))
                .as("rows go after the objects that they name")
                .isNotEmpty();
        assertThat(tasks.find(first.id()).orElseThrow().workRemovedAt())
                .as("begun: no repair of what may be half removed")
                .isNotNull();

        objects.answerAgain();
        assertThat(work(first).things()).isEqualTo(2);
        assertThat(tasks.commits(first.id(), 0, 10)).isEmpty();
    }

    /** What the rows answer: those of these tasks whose work may be left. */
    private RemovedKind work(BatchTask... all) {
        return new BatchWork(
                        (before, limit) -> Stream.of(all)
                                .filter(task -> !tasks.commits(task.id(), 0, 1).isEmpty())
                                .toList(),
                        tasks,
                        objects,
                        Clock.fixed(NOW, ZoneOffset.UTC))
                .remove(NOW, () -> {});
    }

    private BatchTask ended(String id, String bucket) {
        BatchEntry entry = new BatchEntry(
                new ObjectUri(bucket, "in/"), false, new ObjectUri(bucket, "out/"), "/", BatchEntry.Mapping.FILE, null);
        TaskSpec spec = new TaskSpec(
                entry,
                new ModelApi("/", "POST", null, null, null, null, null, false),
                Templates.labelled("iris 0.0.1"),
                new TaskSpec.Slots(Services.POOL, 1, 2),
                20);
        BatchTask task = tasks.open(BatchTask.draft(new TaskId(id), ServiceId.random(), spec, Services.NOON));
        tasks.planned(task.id(), new PlanTotals(1, 10));
        tasks.commit(task.id(), new ChunkCommit(new ChunkRange(0, 10), "f", 0));
        tasks.seal(task.id(), Seal.finished());
        tasks.end(task.id(), null, Services.NOON);
        if (bucket.equals("data")) {
            for (ObjectUri uri : List.of(
                    folders(task).planIndex(),
                    folders(task).partData("p"),
                    folders(task).result("a_result.txt"))) {
                objects.put(uri, "x".getBytes(StandardCharsets.UTF_8));
            }
        }
        return task;
    }

    private static TaskFolders folders(BatchTask task) {
        return new TaskFolders(task.spec().entry().destination(), task.id());
    }
}
