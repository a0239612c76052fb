package dev.slipway.activities.batch;

import dev.slipway.activities.batch.KeyFailure.Access;
import dev.slipway.activities.instance.ModelRequests;
import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.domain.batch.RecordFailure.Kind;
import dev.slipway.domain.batch.RowMark;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.formats.batch.ByteBuilder;
import dev.slipway.formats.batch.FileField;
import dev.slipway.formats.batch.MappingRule;
import dev.slipway.formats.batch.TableReader;
import dev.slipway.instance.client.InstanceRequest;
import io.temporal.client.ActivityCanceledException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Works on a chunk: reads its records, sends them to instances, stores the answers as a part whose name contains the fence, and commits it.
 * Records are read and written in order and answered concurrently. Memory is bounded in bytes: files take theirs from the budget of the
 * process once an instance is free for them, rows share a part of that budget for each chunk, and answers wait in work files.
 */
final class ChunkWorker {
    private static final int PENDING = 64;

    /** The bodies of a block have about so many bytes at most: what a block costs is little beside them, and 64 of them wait in memory. */
    private static final int BLOCK_BYTES = 32 << 10;

    private final BatchStore tasks;
    private final TaskStorage store;
    private final Path folder;
    private final BatchLimits limits;
    private final ByteBudget budget;

    /** @param folder of this chunk alone, for work files; its caller removes it */
    ChunkWorker(BatchStore tasks, TaskStorage store, Path folder, BatchLimits limits, ByteBudget budget) {
        this.tasks = tasks;
        this.store = store;
        this.folder = folder;
        this.limits = limits;
        this.budget = budget;
    }

    /** Whether the records of a task go to its instances in blocks: rows, to our own server, which answers them in order. */
    static boolean isInBlocks(BatchTask task) {
        return task.spec().entry().mapping() == BatchEntry.Mapping.CSV
                && task.spec().template().process().isOfEngine();
    }

    /** What an earlier try committed of this chunk: all of it, or its beginning. */
    static Optional<ChunkCommit> committed(BatchStore tasks, BatchTask task, ChunkRange range) {
        List<ChunkCommit> first = tasks.commits(task.id(), range.from(), 1);
        return first.stream()
                .filter(chunk -> chunk.range().from() == range.from() && range.covers(chunk.range()))
                .findFirst();
    }

    /**
     * Works on the chunk and commits it, or its beginning once it is time for a commit or the job is stopped: the rest is a hole, with which
     * the caller may go on.
     *
     * @throws ActivityCanceledException if the job was stopped before the first record was answered
     */
    CommitAnswer work(BatchTask task, ChunkRange range, String fence, InstancePool pool, Liveness liveness)
            throws IOException, InterruptedException {
        TaskFolders folders = store.folders();
        ChunkRange done = range;
        boolean isStopped = false;
        try (PartWriter writer = new PartWriter(folder)) {
            try {
                tryWhatWasRefused(range, ChunkCommit.part(range, fence), liveness);
                isStopped = answer(task, range, pool, liveness, writer);
                done = new ChunkRange(range.from(), range.from() + writer.records());
                String part = ChunkCommit.part(done, fence);
                store.put(folders.partData(part), writer.data());
                store.put(folders.partOutcomes(part), writer.outcomes());
            } catch (KeyFailure failure) {
                return writtenOff(task, done, fence, failure);
            }
            if (!isStopped) {
                liveness.alive(done.size());
            }
            return tasks.commit(task.id(), new ChunkCommit(done, fence, writer.failed()));
        }
    }

    /** If the part cannot be stored, the records of the chunk fail. Any other refusal is thrown. */
    private CommitAnswer writtenOff(BatchTask task, ChunkRange range, String fence, KeyFailure failure) {
        boolean isPart = failure.access() == Access.WRITE;
        Problem problem = store.judge(failure);
        if (isPart && problem instanceof Invalid) {
            return tasks.commit(task.id(), ChunkCommit.lost(range, fence, String.valueOf(problem.getMessage())));
        }
        throw problem;
    }

    /** First tries what an earlier attempt could not get, before models work in vain. */
    private void tryWhatWasRefused(ChunkRange range, String part, Liveness liveness) throws IOException {
        TaskFolders folders = store.folders();
        if (store.isSuspect(Access.WRITE, folders.partData(part))) {
            store.put(folders.partData(part), new byte[0]);
        }
        Deferred refused = new Deferred();
        try (PlanReader plan = PlanReader.from(store, folders, range.from())) {
            BatchInput input;
            while ((input = plan.next()) != null && input.records().from() < range.to()) {
                liveness.alive(0);
                switch (input.content()) {
                    case Content.Rejected rejected -> {}
                    case Content.File file -> tryAgain(file.object().uri(), true, refused);
                    case Content.Table table -> tryAgain(table.object().uri(), false, refused);
                }
            }
        }
        refused.throwIfAny();
    }

    private void tryAgain(ObjectUri uri, boolean toItsEnd, Deferred refused) throws IOException {
        boolean isSuspect = store.isSuspect(Access.READ, uri) || store.isSuspect(Access.FIND, uri);
        if (!isSuspect) {
            return;
        }
        try {
            store.head(uri);
            try (InputStream in = store.open(uri, 0)) {
                if (toItsEnd) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (KeyFailure failure) {
            if (store.judge(failure) instanceof Unavailable again) {
                refused.add(again);
            }
        } catch (Invalid | NotFound | NotAllowed answer) {
            // an answer too; the record's own try reports it
        }
    }

    /** What was answered. Its last user closes it. */
    private sealed interface Done extends AutoCloseable {
        OrderedWork.Extent<Done> EXTENT = new OrderedWork.Extent<>() {
            @Override
            public long size(Done done) {
                return done.records();
            }

            @Override
            public boolean isWhole(Done done) {
                return done.isWhole();
            }
        };

        /** How many records it is. */
        long records();

        /** Whether it is all that was to be answered. */
        boolean isWhole();

        void writeTo(PartWriter writer) throws IOException;

        @Override
        void close() throws IOException;

        /** Null for a record that was left out. */
        static @Nullable Done recordOrNull(BatchInput input, long row, @Nullable RecordAnswer answer) {
            return answer == null ? null : new One(input, row, answer);
        }

        /** Null for rows that were left out. */
        static @Nullable Done rowsOrNull(@Nullable RowAnswers answers) {
            return answers == null ? null : new Rows(answers);
        }

        record One(BatchInput input, long row, RecordAnswer answer) implements Done {
            @Override
            public long records() {
                return 1;
            }

            @Override
            public boolean isWhole() {
                return true;
            }

            @Override
            public void writeTo(PartWriter writer) throws IOException {
                writer.add(input, row, answer);
            }

            @Override
            public void close() throws IOException {
                answer.close();
            }
        }

        record Rows(RowAnswers answers) implements Done {
            @Override
            public long records() {
                return answers.rows();
            }

            @Override
            public boolean isWhole() {
                return answers.areComplete();
            }

            @Override
            public void writeTo(PartWriter writer) throws IOException {
                writer.add(answers);
            }

            @Override
            public void close() throws IOException {
                answers.close();
            }
        }
    }

    /** Whether the job was stopped meanwhile. */
    private boolean answer(BatchTask task, ChunkRange range, InstancePool pool, Liveness liveness, PartWriter writer)
            throws IOException, InterruptedException {
        ToldProgress told = new ToldProgress(tasks, task.id(), range.from(), limits.told());
        Requests requests = new Requests(task, pool, liveness);
        boolean isStopped = false;
        try (PlanReader plan = PlanReader.from(store, store.folders(), range.from());
                OrderedWork<Done> answers = new OrderedWork<>(
                        PENDING,
                        liveness.telling(told::answered),
                        done -> {
                            try (done) {
                                done.writeTo(writer);
                            }
                        },
                        Done.EXTENT)) {
            try {
                BatchInput input;
                while (!requests.isTimeUp()
                        && (input = plan.next()) != null
                        && input.records().from() < range.to()) {
                    requests.add(input, range, answers);
                }
                answers.finish();
            } catch (ActivityCanceledException stopped) {
                answers.takeWhatIsDone();
                if (writer.records() == 0) {
                    throw stopped;
                }
                isStopped = true;
            }
        }
        requests.refused.throwIfAny();
        writer.finish();
        return isStopped;
    }

    /** Makes requests of the records of a task. */
    private final class Requests {
        private final BatchTask task;
        private final RecordCaller caller;
        private final InstancePool pool;
        private final BlockCaller blocks;
        private final boolean inBlocks;
        private final Liveness liveness;
        private final @Nullable MappingRule rule;
        private final String fileField;
        private final RowBudget rows = new RowBudget(budget);
        private final Deferred refused = new Deferred();
        private final long until = System.nanoTime() + limits.commit().toNanos();
        private boolean hasAny;

        Requests(BatchTask task, InstancePool pool, Liveness liveness) {
            this.task = task;
            this.pool = pool;
            this.caller = new RecordCaller(pool, limits, folder, liveness.waits());
            this.blocks = new BlockCaller(
                    caller, limits, folder, liveness.waits(), task.spec().api(), task.id() + "-");
            this.inBlocks = isInBlocks(task);
            this.liveness = liveness;
            String mapping = task.spec().entry().mappingRule();
            this.rule = mapping == null ? null : MappingRule.parse(mapping);
            this.fileField = FileField.of(task.spec().api().requestSchema());
        }

        /** Whether the chunk should end here. It has at least one record. */
        boolean isTimeUp() {
            return hasAny && System.nanoTime() - until >= 0;
        }

        /** Until when the next record may begin: the first is waited for, however late an instance is free for it. */
        private @Nullable Long untilOrNull() {
            return hasAny ? until : null;
        }

        void add(BatchInput input, ChunkRange range, OrderedWork<Done> answers)
                throws IOException, InterruptedException {
            switch (input.content()) {
                case Content.Rejected rejected ->
                    answers.addDone(new Done.One(input, 0, RecordAnswer.failed(Kind.BAD_INPUT, rejected.reason())));
                case Content.File file -> {
                    long turn = caller.turn();
                    Long until = untilOrNull();
                    answers.add(() ->
                            Done.recordOrNull(input, 0, caller.call(turn, until, () -> file(input, file.object()))));
                }
                case Content.Table table -> table(input, table, range, answers);
            }
            hasAny = true;
        }

        /** The file, read for one try at an instance. */
        private RecordSource.Prepared file(BatchInput input, StoredObject object)
                throws IOException, InterruptedException {
            ByteBudget.Share share = budget.takePieces(object.size(), Liveness.NONE);
            boolean kept = false;
            try {
                List<byte[]> bytes = bytesOrNull(object, share);
                if (bytes == null) {
                    return new RecordSource.Unfit(changed(object));
                }
                kept = true;
                return new RecordSource.Request(
                        ModelRequests.file(
                                task.spec().api(),
                                id(input.records().from()),
                                object.uri().baseName(),
                                fileField,
                                bytes),
                        share);
            } catch (KeyFailure failure) {
                return new RecordSource.Unfit(unread(failure));
            } catch (Invalid | NotAllowed | NotFound e) {
                return new RecordSource.Unfit(RecordAnswer.failed(Kind.BAD_INPUT, String.valueOf(e.getMessage())));
            } finally {
                if (!kept) {
                    share.close();
                }
            }
        }

        /** Null if it is not the planned version any more. */
        private @Nullable List<byte[]> bytesOrNull(StoredObject object, ByteBudget.Share share) throws IOException {
            List<byte[]> bytes = new ArrayList<>();
            InputStream opened = store.openVersion(object, 0).orElse(null);
            if (opened == null) {
                return null;
            }
            try (InputStream in = opened) {
                long left = object.size();
                while (left > 0) {
                    byte[] piece = left < ByteBudget.PIECE ? new byte[(int) left] : share.piece();
                    if (in.readNBytes(piece, 0, piece.length) < piece.length) {
                        return null;
                    }
                    bytes.add(piece);
                    left -= piece.length;
                }
                return in.read() < 0 ? bytes : null;
            }
        }

        private RecordAnswer unread(KeyFailure failure) {
            Problem problem = store.judge(failure);
            if (problem instanceof Unavailable again) {
                refused.add(again);
            }
            return RecordAnswer.failed(Kind.BAD_INPUT, String.valueOf(problem.getMessage()));
        }

        private void table(BatchInput input, Content.Table table, ChunkRange range, OrderedWork<Done> answers)
                throws IOException, InterruptedException {
            long begin = input.records().from();
            long next = Math.max(range.from(), begin) - begin;
            long end = Math.min(range.to(), input.records().to()) - begin;
            RecordAnswer rest;
            try {
                next = rows(input, table, next, end, answers);
                rest = changed(table.object());
            } catch (RowsUnread e) {
                next = e.next;
                rest = e.answer;
            }
            for (long row = next; row < end && !isTimeUp(); row++) {
                answers.addDone(new Done.One(input, row, rest));
            }
        }

        /** The first row that could not be read, or for which there was no time; {@code end} if all were read. */
        private long rows(BatchInput input, Content.Table table, long first, long end, OrderedWork<Done> answers)
                throws IOException, InterruptedException, RowsUnread {
            RowSender sender = inBlocks ? new Blocks(input, first, answers) : new Singles(input, answers);
            ObjectUri uri = table.object().uri();
            RowMark mark = table.markBefore(first);
            long next = first;
            try {
                InputStream opened =
                        store.openVersion(table.object(), mark.offset()).orElse(null);
                if (opened == null) {
                    return first;
                }
                try (opened;
                        TableReader rows = new TableReader(opened, mark)) {
                    for (long number = mark.row(); number < end; number++) {
                        boolean isRow = rows.advance();
                        if (number < first) {
                            continue;
                        }
                        if (isTimeUp() || !isRow) {
                            break;
                        }
                        sender.add(number, rows);
                        next = number + 1;
                    }
                }
                sender.finish();
                if (next == end) {
                    store.answered(Access.READ, uri);
                }
                return next;
            } catch (KeyFailure failure) {
                sender.finish();
                throw new RowsUnread(next, unread(failure));
            } catch (Invalid | NotAllowed | NotFound e) {
                sender.finish();
                throw new RowsUnread(next, RecordAnswer.failed(Kind.BAD_INPUT, String.valueOf(e.getMessage())));
            }
        }

        /** Why the row that was read has no request; null if it has, which was appended. */
        private @Nullable RecordFailure unfitOrNull(TableReader row, ByteBuilder request) {
            String problem = row.problem();
            if (problem != null) {
                return new RecordFailure(Kind.BAD_INPUT, problem);
            }
            String unfit = rule().write(row.fields(), request);
            return unfit == null
                    ? null
                    : new RecordFailure(
                            Kind.BAD_INPUT, "line %d, %s".formatted(row.mark().line(), unfit));
        }

        /** Sends each row by itself. */
        private final class Singles implements RowSender {
            private final BatchInput input;
            private final OrderedWork<Done> answers;
            private final ByteBuilder json = new ByteBuilder(256);

            Singles(BatchInput input, OrderedWork<Done> answers) {
                this.input = input;
                this.answers = answers;
            }

            @Override
            public void add(long number, TableReader row) throws IOException, InterruptedException {
                json.truncate(0);
                RecordFailure unfit = unfitOrNull(row, json);
                if (unfit != null) {
                    answers.addDone(new Done.One(input, number, new RecordAnswer.Failed(unfit)));
                    hasAny = true;
                    return;
                }
                InstanceRequest message =
                        ModelRequests.json(task.spec().api(), id(input.records().from() + number), json.toByteArray());
                send(
                        json.length(),
                        answers,
                        (turn, until) -> Done.recordOrNull(
                                input,
                                number,
                                caller.call(turn, until, () -> new RecordSource.Request(message, null))));
            }

            @Override
            public void finish() {}
        }

        /** Sends rows in blocks. */
        private final class Blocks implements RowSender {
            private final BatchInput input;
            private final OrderedWork<Done> answers;
            private RowBlock block;
            private int size = pool.blockSize();

            Blocks(BatchInput input, long first, OrderedWork<Done> answers) {
                this.input = input;
                this.answers = answers;
                this.block = new RowBlock(input, first);
            }

            @Override
            public void add(long number, TableReader row) throws IOException, InterruptedException {
                RecordFailure unfit = unfitOrNull(row, block.bodies());
                if (unfit == null) {
                    block.endRequest();
                } else {
                    block.endUnfit(unfit);
                }
                if (block.count() >= size || block.bodies().length() >= BLOCK_BYTES) {
                    finish();
                    block = new RowBlock(input, number + 1);
                    size = pool.blockSize();
                }
            }

            @Override
            public void finish() throws IOException, InterruptedException {
                RowBlock full = block;
                if (full.count() > 0) {
                    block = new RowBlock(input, full.first() + full.count());
                    send(
                            full.bodies().length(),
                            answers,
                            (turn, until) -> Done.rowsOrNull(blocks.call(turn, until, full)));
                }
            }
        }

        private void send(int bytes, OrderedWork<Done> answers, Sending sending)
                throws IOException, InterruptedException {
            RowBudget.Share share = rows.take(bytes, liveness);
            boolean handedOn = false;
            try {
                long turn = caller.turn();
                Long until = untilOrNull();
                handedOn = answers.add(() -> {
                    try (share) {
                        return sending.call(turn, until);
                    }
                });
                hasAny = true;
            } finally {
                if (!handedOn) {
                    share.close();
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

        private static RecordAnswer changed(StoredObject object) {
            return RecordAnswer.failed(
                    Kind.BAD_INPUT, "'%s' was changed or removed after the job began".formatted(object.uri()));
        }
    }

    /** Sends the rows of a table. */
    private interface RowSender {
        /** Takes the row that the reader has just read. */
        void add(long number, TableReader row) throws IOException, InterruptedException;

        /** Sends what was taken and not sent yet. */
        void finish() throws IOException, InterruptedException;
    }

    /** Calls an instance, see {@link RecordCaller#call}. */
    @FunctionalInterface
    private interface Sending {
        @Nullable
        Done call(long turn, @Nullable Long until) throws IOException, InterruptedException;
    }

    /** The rows of a table cannot be read from one row on; contains their answer. */
    private static final class RowsUnread extends Exception {
        private static final long serialVersionUID = 1;
        private final long next;
        private final transient RecordAnswer answer;

        RowsUnread(long next, RecordAnswer answer) {
            this.next = next;
            this.answer = answer;
        }
    }
}
