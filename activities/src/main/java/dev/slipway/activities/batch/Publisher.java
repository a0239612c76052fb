package dev.slipway.activities.batch;

import dev.slipway.activities.batch.KeyFailure.Access;
import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.InputOutcome;
import dev.slipway.domain.batch.InputOutcome.ByteRange;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.batch.PlanLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the result files of inputs that lie wholly in a committed chunk, from the committed part. Repeatable with equal bytes. Files
 * that were refused before are tried first.
 */
final class Publisher {
    private static final int AT_ONCE = 8;
    private static final int SMALL = 1 << 20;
    private static final int COMMITS_EACH = 100;
    private static final long SKIPPED = 1 << 16;

    private final BatchStore tasks;
    private final TaskStorage store;
    private final Path folder;
    private final ByteBudget budget;

    /** @param folder for work files */
    Publisher(BatchStore tasks, TaskStorage store, Path folder, ByteBudget budget) {
        this.tasks = tasks;
        this.store = store;
        this.folder = folder;
        this.budget = budget;
    }

    /** @throws Unavailable if something was refused that has to be tried again; everything else is published then */
    void publishAll(BatchTask task, Liveness liveness) throws IOException, InterruptedException {
        Deferred refused = new Deferred();
        long from = 0;
        List<ChunkCommit> some = tasks.unpublished(task.id(), from, COMMITS_EACH);
        while (!some.isEmpty()) {
            for (ChunkCommit chunk : some) {
                try {
                    publish(task, chunk, liveness);
                } catch (Unavailable again) {
                    refused.add(again);
                }
            }
            from = some.getLast().range().to();
            some = tasks.unpublished(task.id(), from, COMMITS_EACH);
        }
        refused.throwIfAny();
    }

    /** @throws Unavailable if something was refused that has to be tried again; the rest of the chunk is published then */
    void publish(BatchTask task, ChunkCommit chunk, Liveness liveness) throws IOException, InterruptedException {
        if (chunk.lost() == null) {
            try {
                publish(task, chunk, true, liveness);
                publish(task, chunk, false, liveness);
            } catch (KeyFailure failure) {
                boolean isPart = failure.uri().isWithin(store.folders().parts());
                throw isPart ? store.judgePart(failure, chunk) : store.judge(failure);
            }
        }
        tasks.published(task.id(), chunk.range());
    }

    /** A result in the part. */
    private record Result(BatchInput input, InputOutcome outcome, ByteRange range) {}

    /** @param suspects whether only those that were refused before */
    private void publish(BatchTask task, ChunkCommit chunk, boolean suspects, Liveness liveness)
            throws IOException, InterruptedException {
        if (suspects && !store.hasSuspects()) {
            return;
        }
        Deferred refused = new Deferred();
        ResultWriter results = new ResultWriter(tasks, store, refused);
        try (PlanReader plan =
                        PlanReader.from(store, store.folders(), chunk.range().from());
                BufferedReader outcomes =
                        StoredTexts.lines(store, store.folders().partOutcomes(chunk.part()));
                PartData data = new PartData(store, store.folders().partData(chunk.part()));
                OrderedWork<Boolean> puts = new OrderedWork<>(AT_ONCE, liveness, done -> {})) {
            String line;
            while ((line = outcomes.readLine()) != null) {
                liveness.alive(0);
                Result result = resultOrNull(task, chunk, PlanLines.readOutcome(line), plan.next());
                if (result != null && (!suspects || isSuspect(result.input()))) {
                    write(task, result, data, results, puts, liveness);
                }
            }
            puts.finish();
        }
        refused.throwIfAny();
    }

    private boolean isSuspect(BatchInput input) {
        return store.isSuspect(Access.WRITE, store.folders().result(input.resultName()));
    }

    /** Null if the input has no result, or if other chunks have rows of it too. */
    private static @Nullable Result resultOrNull(
            BatchTask task, ChunkCommit chunk, InputOutcome outcome, @Nullable BatchInput input) {
        if (input == null || input.ordinal() != outcome.input()) {
            throw new IllegalStateException("task '%s': part '%s' does not fit the plan at input %d"
                    .formatted(task.id(), chunk.part(), outcome.input()));
        }
        ByteRange range = outcome.data();
        return range != null && chunk.range().covers(input.records()) ? new Result(input, outcome, range) : null;
    }

    private void write(
            BatchTask task,
            Result result,
            PartData data,
            ResultWriter results,
            OrderedWork<Boolean> puts,
            Liveness liveness)
            throws IOException, InterruptedException {
        long answered = result.outcome().records() - result.outcome().failed();
        InputStream bytes = data.at(result.range().offset());
        long length = result.range().length();
        if (length > SMALL) {
            ResultFiles files = new ResultFiles(folder);
            files.with(bytes, length, file -> {
                ContentType type = ResultType.of(file);
                results.write(task, result.input(), answered, uri -> store.put(uri, file, type));
            });
            return;
        }
        ByteBudget.Share share = budget.take(length, liveness);
        boolean handedOn = false;
        try {
            byte[] small = bytes.readNBytes((int) length);
            puts.add(() -> {
                try (share) {
                    ContentType type = ResultType.of(small);
                    return results.write(task, result.input(), answered, uri -> store.put(uri, small, type));
                }
            });
            handedOn = true;
        } finally {
            if (!handedOn) {
                share.close();
            }
        }
    }

    /** The bytes of a part at ascending offsets. Short gaps are skipped; for long ones the object is opened again. */
    private static final class PartData implements AutoCloseable {
        private final TaskStorage store;
        private final ObjectUri part;
        private @Nullable CountingInput in;

        PartData(TaskStorage store, ObjectUri part) {
            this.store = store;
            this.part = part;
        }

        /** Read the stream before the next call. */
        InputStream at(long offset) throws IOException {
            CountingInput open = in;
            if (open != null && offset - open.position() > SKIPPED) {
                open.close();
                open = null;
            }
            if (open == null) {
                open = new CountingInput(store.open(part, offset), offset);
                in = open;
            }
            open.skipNBytes(offset - open.position());
            return open;
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
        }
    }
}
