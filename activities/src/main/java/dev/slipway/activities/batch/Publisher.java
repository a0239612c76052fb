package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.InputOutcome;
import dev.slipway.domain.batch.InputOutcome.ByteRange;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.batch.PlanLines;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Publishes the result files of inputs that lie wholly in a committed chunk, from the part that won. Repeatable: the same bytes. */
final class Publisher {
    private static final int AT_ONCE = 8;
    private static final int SMALL = 1 << 20;

    private final BatchStore tasks;
    private final ObjectStore store;
    private final Path folder;

    Publisher(BatchStore tasks, ObjectStore store, Path folder) {
        this.tasks = tasks;
        this.store = store;
        this.folder = folder;
    }

    void publishAll(BatchTask task, Liveness liveness) throws IOException, InterruptedException {
        List<ChunkCommit> some = tasks.unpublished(task.id(), 100);
        while (!some.isEmpty()) {
            for (ChunkCommit chunk : some) {
                publish(task, chunk, liveness);
            }
            some = tasks.unpublished(task.id(), 100);
        }
    }

    void publish(BatchTask task, ChunkCommit chunk, Liveness liveness) throws IOException, InterruptedException {
        TaskFolders folders = new TaskFolders(task.spec().entry().destination(), task.id());
        ResultFiles results = new ResultFiles(store, folder);
        try (PlanReader plan = PlanReader.from(store, folders, chunk.range().from());
                BufferedReader outcomes = StoredTexts.lines(store, folders.partOutcomes(chunk.part()));
                InputStream data = new BufferedInputStream(store.open(folders.partData(chunk.part()), 0), 1 << 16);
                OrderedWork<Boolean> puts = new OrderedWork<>(AT_ONCE, liveness, done -> {})) {
            String line;
            long position = 0;
            while ((line = outcomes.readLine()) != null) {
                InputOutcome outcome = PlanLines.readOutcome(line);
                BatchInput input = plan.next();
                if (input == null || input.ordinal() != outcome.input()) {
                    throw new IllegalStateException("task '%s': part '%s' does not fit the plan at input %d"
                            .formatted(task.id(), chunk.part(), outcome.input()));
                }
                ByteRange range = outcome.data();
                liveness.alive(outcome.input());
                if (range == null || !chunk.range().covers(input.records())) {
                    continue;
                }
                data.skipNBytes(range.offset() - position);
                position = range.offset() + range.length();
                ObjectUri uri = folders.result(input.resultName());
                if (range.length() <= SMALL) {
                    byte[] bytes = data.readNBytes((int) range.length());
                    puts.add(() -> {
                        store.put(uri, bytes);
                        return true;
                    });
                } else {
                    results.write(uri, data, range.length());
                }
            }
            puts.finish();
        }
        tasks.published(task.id(), chunk.range());
    }
}
