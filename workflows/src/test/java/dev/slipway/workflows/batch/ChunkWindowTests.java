package dev.slipway.workflows.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.ChunkSizes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.batch.Chunk;
import dev.slipway.workflows.contract.batch.ChunkDone;
import dev.slipway.workflows.contract.batch.ChunkList;
import dev.slipway.workflows.contract.batch.ChunkQuery;
import dev.slipway.workflows.contract.batch.OpenedTask;
import dev.slipway.workflows.contract.batch.Planned;
import dev.slipway.workflows.wake.WakeSignal;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Which chunks a window asks for: a task of 5,000 records, one chunk at a time. */
class ChunkWindowTests {

    private static final long RECORDS = 5_000;
    private static final BatchRun RUN = new BatchRun("s-1", "job", "t-1", 1, null);

    /** Works through one task. */
    @WorkflowInterface
    public interface OneWindow {
        @WorkflowMethod
        void run();
    }

    /** With this window alone. */
    public static final class OneWindowImpl implements OneWindow {
        @Override
        public void run() {
            OpenedTask task = new OpenedTask(
                    "iris",
                    1,
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    false,
                    null,
                    Duration.ofHours(1),
                    false,
                    null);
            new ChunkWindow(RUN, task, 1_000, line -> {}, new TaskAttention(new WakeSignal())).workThrough();
        }
    }

    private static final long LARGEST_CHUNK = 100;

    /** Whose chunks end as the test says; counts what is done. */
    private static final class Work implements BatchWorkActivities {
        private final List<Long> sizes = new CopyOnWriteArrayList<>();
        private final Function<Chunk, ChunkDone> end;
        private volatile long done;

        Work(Function<Chunk, ChunkDone> end) {
            this.end = end;
        }

        @Override
        public ChunkList nextChunks(BatchRun run, ChunkQuery query) {
            sizes.add(query.size());
            List<Chunk> chunks = new ArrayList<>();
            long from = Math.max(done, query.from());
            while (from < RECORDS && chunks.size() < query.limit()) {
                long to = Math.min(RECORDS, from + Math.min(query.size(), LARGEST_CHUNK));
                chunks.add(new Chunk(from, to));
                from = to;
            }
            return new ChunkList(chunks, from < RECORDS);
        }

        @Override
        public ChunkDone work(BatchRun run, Chunk chunk) {
            done = chunk.to();
            return end.apply(chunk);
        }

        @Override
        public Planned plan(BatchRun run) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public void publish(BatchRun run) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public void mergeTables(BatchRun run) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public void writeManifest(BatchRun run) {
            throw new IllegalStateException("not asked for");
        }
    }

    private static List<Long> sizes(Function<Chunk, ChunkDone> end) {
        Work work = new Work(end);
        try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance()) {
            temporal.newWorker(Queues.CONTROL).registerWorkflowImplementationTypes(OneWindowImpl.class);
            temporal.newWorker(Queues.BATCH).registerActivitiesImplementations(work);
            temporal.start();
            temporal.getWorkflowClient()
                    .newWorkflowStub(
                            OneWindow.class,
                            WorkflowOptions.newBuilder()
                                    .setTaskQueue(Queues.CONTROL)
                                    .build())
                    .run();
        }
        assertThat(work.done).isEqualTo(RECORDS);
        return work.sizes;
    }

    private static ChunkDone took(Chunk chunk, long millis) {
        return new ChunkDone(true, chunk.to() - chunk.from(), 0, millis, false);
    }

    /** A try that was killed after its commit: the next one finds 100 records done in no time. */
    @Test
    void aFoundCommitGivesNoRate() {
        assertThat(sizes(chunk -> took(chunk, 0))).containsOnly(ChunkSizes.MOST);
    }

    /** The control: the same 100 records in 20 s of work are a rate. */
    @Test
    void measuredWorkDoes() {
        assertThat(sizes(chunk -> took(chunk, 20_000))).startsWith(ChunkSizes.MOST, 200L);
    }

    @Test
    void aFoundCommitLeavesTheRateThatWasMeasured() {
        assertThat(sizes(chunk -> took(chunk, chunk.from() == 0 ? 20_000 : 0))).endsWith(200L);
    }
}
