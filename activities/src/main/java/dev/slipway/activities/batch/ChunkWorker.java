package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.RecordFailure.Kind;
import dev.slipway.domain.batch.RowMark;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.formats.batch.FileField;
import dev.slipway.formats.batch.MappingRule;
import dev.slipway.formats.batch.RowRequest;
import dev.slipway.formats.batch.TableReader;
import dev.slipway.formats.batch.TableRow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does a chunk: reads its records, lets instances answer them, keeps the answers as a part whose name carries the fence, commits it.
 * Records are read and written in order and answered side by side; what is held in memory is bounded by the window, not by the chunk.
 */
final class ChunkWorker {
    private static final int PENDING = 64;

    private final BatchStore tasks;
    private final ObjectStore store;
    private final Path folder;
    private final BatchLimits limits;

    ChunkWorker(BatchStore tasks, ObjectStore store, Path folder, BatchLimits limits) {
        this.tasks = tasks;
        this.store = store;
        this.folder = folder;
        this.limits = limits;
    }

    /** The commit of exactly this chunk, if there is one. */
    Optional<ChunkCommit> committed(BatchTask task, ChunkRange range) {
        List<ChunkCommit> first = tasks.commits(task.id(), range.from(), 1);
        return first.stream().filter(chunk -> chunk.range().equals(range)).findFirst();
    }

    /** Does the chunk and offers it. */
    CommitAnswer work(BatchTask task, ChunkRange range, String fence, InstancePool pool, Liveness liveness)
            throws IOException, InterruptedException {
        TaskFolders folders = new TaskFolders(task.spec().entry().destination(), task.id());
        String part = ChunkCommit.part(range, fence);
        try (PartWriter writer = new PartWriter(folder)) {
            answer(task, folders, range, pool, liveness, writer);
            store.put(folders.partData(part), writer.data());
            store.put(folders.partOutcomes(part), writer.outcomes());
            liveness.alive(range.size());
            return tasks.commit(task.id(), new ChunkCommit(range, fence, writer.failed()));
        }
    }

    /** A record that has been answered, in order. */
    private record Done(BatchInput input, long row, RecordAnswer answer) {}

    private void answer(
            BatchTask task,
            TaskFolders folders,
            ChunkRange range,
            InstancePool pool,
            Liveness liveness,
            PartWriter writer)
            throws IOException, InterruptedException {
        Requests requests = new Requests(task, new RecordCaller(pool, limits));
        try (PlanReader plan = PlanReader.from(store, folders, range.from());
                OrderedWork<Done> answers = new OrderedWork<>(
                        PENDING, liveness, done -> writer.add(done.input(), done.row(), done.answer()))) {
            BatchInput input;
            while ((input = plan.next()) != null && input.records().from() < range.to()) {
                requests.add(input, range, answers);
            }
            answers.finish();
        }
        writer.finish();
    }

    /** Makes requests of the records of a task. */
    private final class Requests {
        private final BatchTask task;
        private final RecordCaller caller;
        private final @Nullable MappingRule rule;
        private final String fileField;

        Requests(BatchTask task, RecordCaller caller) {
            this.task = task;
            this.caller = caller;
            String mapping = task.spec().entry().mappingRule();
            this.rule = mapping == null ? null : MappingRule.parse(mapping);
            this.fileField = FileField.of(task.spec().api().requestSchema());
        }

        void add(BatchInput input, ChunkRange range, OrderedWork<Done> answers)
                throws IOException, InterruptedException {
            switch (input.content()) {
                case Content.Rejected rejected ->
                    answers.addDone(new Done(input, 0, RecordAnswer.failed(Kind.BAD_INPUT, rejected.reason())));
                case Content.File file -> answers.add(() -> new Done(input, 0, file(input, file.object())));
                case Content.Table table -> table(input, table, range, answers);
            }
        }

        private RecordAnswer file(BatchInput input, StoredObject object) throws IOException, InterruptedException {
            byte[] bytes;
            try (InputStream in = store.open(object.uri(), 0)) {
                bytes = in.readNBytes((int) object.size() + 1);
            } catch (NotFound e) {
                return RecordAnswer.failed(Kind.BAD_INPUT, "'%s' does not exist any more".formatted(object.uri()));
            }
            if (bytes.length != object.size() || hasChanged(object)) {
                return changed(object);
            }
            return caller.call(ModelRequest.file(
                    task.spec().api(), id(input.records().from()), object.uri().baseName(), fileField, bytes));
        }

        private void table(BatchInput input, Content.Table table, ChunkRange range, OrderedWork<Done> answers)
                throws IOException, InterruptedException {
            long begin = input.records().from();
            long first = Math.max(range.from(), begin) - begin;
            long end = Math.min(range.to(), input.records().to()) - begin;
            if (hasChanged(table.object())) {
                for (long row = first; row < end; row++) {
                    answers.addDone(new Done(input, row, changed(table.object())));
                }
                return;
            }
            RowMark mark = table.markBefore(first);
            try (TableReader rows = new TableReader(store.open(table.object().uri(), mark.offset()), mark)) {
                for (long number = mark.row(); number < end; number++) {
                    TableRow row = rows.next();
                    if (number >= first) {
                        add(input, number, row, table.object(), answers);
                    }
                }
            }
        }

        private void add(
                BatchInput input, long number, @Nullable TableRow row, StoredObject object, OrderedWork<Done> answers)
                throws IOException, InterruptedException {
            if (row == null) {
                answers.addDone(new Done(input, number, changed(object)));
                return;
            }
            String problem = row.problem();
            RowRequest request = problem == null ? rule().request(row.fields()) : new RowRequest.Unfit(problem);
            switch (request) {
                case RowRequest.Unfit unfit -> {
                    String where =
                            problem == null ? "line %d, ".formatted(row.at().line()) : "";
                    answers.addDone(
                            new Done(input, number, RecordAnswer.failed(Kind.BAD_INPUT, where + unfit.reason())));
                }
                case RowRequest.Body body -> {
                    ModelRequest message = ModelRequest.json(
                            task.spec().api(), id(input.records().from() + number), body.json());
                    answers.add(() -> new Done(input, number, caller.call(message)));
                }
            }
        }

        private MappingRule rule() {
            MappingRule parsed = rule;
            if (parsed == null) {
                throw new IllegalStateException("task '%s' reads tables and has no mapping rule".formatted(task.id()));
            }
            return parsed;
        }

        private String id(long record) {
            return task.id() + "-" + record;
        }

        private boolean hasChanged(StoredObject planned) {
            return store.head(planned.uri())
                    .map(now -> !now.etag().equals(planned.etag()) || now.size() != planned.size())
                    .orElse(true);
        }

        private static RecordAnswer changed(StoredObject object) {
            return RecordAnswer.failed(
                    Kind.BAD_INPUT, "'%s' was changed or removed after the job began".formatted(object.uri()));
        }
    }
}
