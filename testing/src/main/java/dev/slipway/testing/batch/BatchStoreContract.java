package dev.slipway.testing.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.KeyRefusal;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskControl;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.batch.UnwrittenResult;
import dev.slipway.domain.batch.WorkSpan;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.service.Services;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link BatchStore} does. */
public abstract class BatchStoreContract {
    protected abstract BatchStore store();

    /** A service that a task may belong to. */
    protected abstract ServiceId service();

    @Test
    void keepsWhatATaskShowsWhenItsWorkIsRemoved() {
        TaskId task = planned(30);
        store().commit(task, chunk(0, 10, "f"));
        store().commit(task, new ChunkCommit(new ChunkRange(10, 20), "f", 4));
        store().seal(task, Seal.stopped());
        store().merged(task, 1);
        store().end(task, null, Services.NOON);
        TaskProgress before = store().progress(task).orElseThrow();

        assertThat(store().removeCommits(task, 10)).as("before it is begun").isZero();
        store().beginRemovalOfWork(task, Services.NOON.plusSeconds(60));
        store().beginRemovalOfWork(task, Services.NOON.plusSeconds(90));
        assertThat(store().removeCommits(task, 1)).isEqualTo(1);
        assertThat(store().removeCommits(task, 10)).isEqualTo(1);
        store().endRemovalOfWork(task);

        assertThat(store().commits(task, 0, 10)).isEmpty();
        assertThat(store().isMerged(task, 1)).isFalse();
        assertThat(before.failed()).isEqualTo(14);
        assertThat(store().progress(task)).contains(before);
        assertThat(store().find(task).orElseThrow().workRemovedAt()).isEqualTo(Services.NOON.plusSeconds(60));
    }

    @Test
    void countsWhatChunksInProgressHaveAnsweredUntilTheyAreCommitted() {
        TaskId task = planned(30);
        Instant now = Instant.now();
        store().answering(task, 0, 3, now);
        store().answering(task, 10, 1, now);
        store().answering(task, 10, 4, now);
        store().answering(task, 20, 9, now.minus(BatchStore.PROGRESS_HOLDS).minusSeconds(1));
        assertThat(store().progress(task))
                .hasValueSatisfying(it -> assertThat(it.done()).isEqualTo(3 + 4));

        store().commit(task, chunk(0, 2, "f"));
        assertThat(store().progress(task))
                .hasValueSatisfying(it -> assertThat(it.done()).isEqualTo(2 + 4));
        store().commit(task, chunk(5, 15, "f"));
        assertThat(store().progress(task))
                .hasValueSatisfying(it -> assertThat(it.done()).isEqualTo(2 + 10));
        store().answering(task, 15, 5, now);
        store().seal(task, Seal.stopped());
        assertThat(store().progress(task))
                .hasValueSatisfying(it -> assertThat(it.done()).isEqualTo(12));
    }

    @Test
    void tellsWhatWasAnsweredAndWhen() {
        TaskId task = planned(30);
        TaskId other = planned(30);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Instant since = now.minusSeconds(60);
        store().answering(task, 0, 0, now.minusSeconds(20));
        store().answering(task, 0, 9, now.minusSeconds(5));
        store().answering(task, 10, 0, now.minusSeconds(200));
        store().answering(task, 10, 7, now.minusSeconds(190));
        store().answering(task, 10, 0, now.minusSeconds(15));
        store().answering(task, 10, 4, now.minusSeconds(2));
        store().answering(task, 20, 1, now.minusSeconds(90));
        assertThat(store().work(List.of(task, other), since))
                .containsOnlyKeys(task)
                .hasEntrySatisfying(task, spans -> assertThat(spans)
                        .as("a chunk that is begun anew, and one that nobody hears of")
                        .containsExactlyInAnyOrder(
                                new WorkSpan(now.minusSeconds(20), now.minusSeconds(5), 9),
                                new WorkSpan(now.minusSeconds(15), now.minusSeconds(2), 4)));

        store().commit(task, chunk(0, 10, "f"));
        store().commit(other, chunk(0, 10, "told nobody when it began"));
        assertThat(store().work(List.of(task, other), since))
                .containsOnlyKeys(task)
                .hasEntrySatisfying(task, spans -> assertThat(spans).hasSize(2).anySatisfy(span -> {
                    assertThat(span.from()).isEqualTo(now.minusSeconds(20));
                    assertThat(span.to()).isAfterOrEqualTo(now);
                    assertThat(span.records()).isEqualTo(10);
                }));
    }

    @Test
    void findsRunningTasksWithADeadline() {
        TaskId task = new TaskId(UUID.randomUUID().toString());
        TaskSpec spec = Tasks.spec();
        TaskSpec limited = new TaskSpec(
                spec.entry(),
                spec.api(),
                spec.template(),
                spec.slots(),
                spec.deployTimeoutMinutes(),
                Services.NOON.plusSeconds(60));
        store().open(BatchTask.draft(task, service(), limited, Services.NOON));
        assertThat(store().withDeadline()).extracting(BatchTask::id).doesNotContain(task);
        store().started(task, Services.NOON);
        TaskId without = planned(1);
        store().started(without, Services.NOON);
        assertThat(store().withDeadline())
                .filteredOn(each -> each.id().equals(task) || each.id().equals(without))
                .singleElement()
                .satisfies(row -> assertThat(row.spec()).isEqualTo(limited));
        store().seal(task, Seal.stopped());
        assertThat(store().withDeadline()).extracting(BatchTask::id).doesNotContain(task);
    }

    @Test
    void writesOffAChunkWhosePartIsLost() {
        TaskId task = planned(30);
        store().commit(task, chunk(0, 10, "f"));
        store().commit(task, ChunkCommit.lost(new ChunkRange(10, 20), "f", "never kept"));
        store().lost(task, new ChunkRange(0, 10), "cannot be read");
        store().lost(task, new ChunkRange(0, 10), "a later reason");

        assertThat(store().commits(task, 0, 10))
                .extracting(ChunkCommit::lost)
                .containsExactly("cannot be read", "never kept");
        assertThat(store().progress(task)).hasValueSatisfying(progress -> {
            assertThat(progress.done()).isEqualTo(20);
            assertThat(progress.failed()).isEqualTo(20);
        });
    }

    @Test
    void countsTheRecordsOfAResultThatCannotBeWritten() {
        TaskId task = planned(30);
        store().commit(task, chunk(0, 30, "f"));
        store().unwritten(task, new UnwrittenResult(7, 3, "refused"));
        store().unwritten(task, new UnwrittenResult(2, 1, "refused"));
        store().unwritten(task, new UnwrittenResult(2, 9, "a later reason"));

        assertThat(store().unwritten(task, 0, 10))
                .containsExactly(new UnwrittenResult(2, 1, "refused"), new UnwrittenResult(7, 3, "refused"));
        assertThat(store().unwritten(task, 0, 1)).hasSize(1);
        assertThat(store().unwritten(task, 3, 10))
                .extracting(UnwrittenResult::input)
                .containsExactly(7L);
        long failed = store().commits(task, 0, 1).getFirst().failed();
        assertThat(store().progress(task))
                .hasValueSatisfying(progress -> assertThat(progress.failed()).isEqualTo(failed + 4));
    }

    @Test
    void countsRefusalsOfAKeyUntilItIsAnsweredOrTheTaskEnds() {
        TaskId task = planned(1);
        Instant first = Services.NOON;

        assertThat(store().refused(task, "GET a", first)).isEqualTo(new KeyRefusal(first, 1));
        assertThat(store().refused(task, "GET a", first.plusSeconds(60))).isEqualTo(new KeyRefusal(first, 2));
        assertThat(store().refused(task, "PUT b", first.plusSeconds(61)).times())
                .isEqualTo(1);
        assertThat(store().refusedKeys(task, 10)).containsExactly("GET a", "PUT b");
        assertThat(store().refusedKeys(task, 1)).containsExactly("GET a");
        store().answered(task, "GET a");
        store().answered(task, "GET never");
        assertThat(store().refusedKeys(task, 10)).containsExactly("PUT b");
        assertThat(store().refused(task, "GET a", first.plusSeconds(90)))
                .isEqualTo(new KeyRefusal(first.plusSeconds(90), 1));
        store().seal(task, Seal.stopped());
        store().end(task, null, first.plusSeconds(100));
        assertThat(store().refusedKeys(task, 10)).isEmpty();
    }

    @Test
    void keepsTheTaskThatWasOpenedFirst() {
        BatchTask first = opened();
        TaskSpec other = new TaskSpec(
                first.spec().entry(),
                first.spec().api(),
                first.spec().template(),
                new TaskSpec.Slots("other", 7, 3),
                1);

        assertThat(store().open(BatchTask.draft(first.id(), first.service(), other, Services.NOON)))
                .isEqualTo(first);
        assertThat(store().find(first.id())).contains(first);
        assertThat(store().find(new TaskId("unknown"))).isEmpty();
        assertThat(store().progress(new TaskId("unknown"))).isEmpty();
    }

    @Test
    void letsTheFirstCommitOfARangeStand() {
        TaskId task = planned(100);

        assertThat(store().commit(task, chunk(0, 50, "a"))).isEqualTo(new CommitAnswer.Committed(chunk(0, 50, "a")));
        assertThat(store().commit(task, chunk(0, 50, "b"))).isEqualTo(new CommitAnswer.Committed(chunk(0, 50, "a")));
        assertThat(store().commits(task, 0, 10)).containsExactly(chunk(0, 50, "a"));
    }

    @Test
    void refusesWhatOverlaps() {
        TaskId task = planned(100);
        store().commit(task, chunk(20, 40, "a"));

        assertThat(store().commit(task, chunk(10, 21, "b"))).isEqualTo(new CommitAnswer.Overlapping());
        assertThat(store().commit(task, chunk(39, 60, "b"))).isEqualTo(new CommitAnswer.Overlapping());
        assertThat(store().commit(task, chunk(0, 20, "b"))).isInstanceOf(CommitAnswer.Committed.class);
        assertThat(store().commit(task, chunk(40, 41, "b"))).isInstanceOf(CommitAnswer.Committed.class);
        assertThat(store().commit(planned(100), chunk(10, 21, "b"))).isInstanceOf(CommitAnswer.Committed.class);
    }

    @Test
    void commitsNothingAfterTheSealAndStillTellsWhoWon() {
        TaskId task = planned(100);
        store().commit(task, chunk(0, 50, "a"));
        assertThat(store().seal(task, Seal.stopped())).isEqualTo(Seal.stopped());

        assertThat(store().commit(task, chunk(50, 100, "b"))).isEqualTo(new CommitAnswer.Sealed());
        assertThat(store().commit(task, chunk(0, 50, "b"))).isEqualTo(new CommitAnswer.Committed(chunk(0, 50, "a")));
        assertThat(store().seal(task, Seal.failed("late"))).isEqualTo(Seal.stopped());
    }

    @Test
    void refusesToFinishWithHoles() {
        TaskId task = planned(100);
        store().commit(task, chunk(0, 99, "a"));

        assertThatIllegalStateException().isThrownBy(() -> store().seal(task, Seal.finished()));
        store().commit(task, chunk(99, 100, "a"));
        assertThat(store().seal(task, Seal.finished())).isEqualTo(Seal.finished());
    }

    @Test
    void takesNoPlanAfterTheSeal() {
        TaskId task = opened().id();
        store().seal(task, Seal.stopped());
        store().planned(task, new PlanTotals(3, 10));

        assertThat(store().find(task)).map(BatchTask::plan).isEmpty();
    }

    @Test
    void namesTheHoles() {
        TaskId task = planned(100);
        assertThat(store().holes(task, 0, 10)).containsExactly(new ChunkRange(0, 100));
        store().commit(task, chunk(10, 20, "a"));
        store().commit(task, chunk(40, 50, "a"));

        assertThat(store().holes(task, 0, 10))
                .containsExactly(new ChunkRange(0, 10), new ChunkRange(20, 40), new ChunkRange(50, 100));
        assertThat(store().holes(task, 15, 10)).containsExactly(new ChunkRange(20, 40), new ChunkRange(50, 100));
        assertThat(store().holes(task, 0, 1)).containsExactly(new ChunkRange(0, 10));
        assertThat(store().holes(task, 100, 10)).isEmpty();
        assertThat(store().holes(opened().id(), 0, 10)).isEmpty();
    }

    @Test
    void tellsWhatIsNotPublished() {
        TaskId task = planned(30);
        store().commit(task, chunk(10, 20, "a"));
        store().commit(task, chunk(0, 10, "a"));
        assertThat(store().unpublished(task, 0, 10)).containsExactly(chunk(0, 10, "a"), chunk(10, 20, "a"));
        store().published(task, new ChunkRange(0, 10));

        assertThat(store().unpublished(task, 0, 10)).containsExactly(chunk(10, 20, "a"));
        assertThat(store().commits(task, 10, 10)).containsExactly(chunk(10, 20, "a"));
        assertThat(store().isMerged(task, 4)).isFalse();
        store().merged(task, 4);
        store().merged(task, 4);
        assertThat(store().isMerged(task, 4)).isTrue();
    }

    @Test
    void countsWhatIsLeftAsFailedAtTheEnd() {
        TaskId task = planned(100);
        store().started(task, Services.NOON);
        store().commit(task, new ChunkCommit(new ChunkRange(0, 40), "a", 3));
        assertThat(store().progress(task))
                .contains(new TaskProgress(task, TaskStatus.RUNNING, 100, 40, 3, 2, Services.NOON, null, null));
        store().seal(task, Seal.stopped());
        TaskId unknown = new TaskId("never-was");
        assertThat(store().running(List.of(task, unknown))).containsExactly(task);
        BatchTask ended = store().end(task, null, Services.NOON.plusSeconds(9));
        assertThat(store().running(List.of(task, unknown))).isEmpty();

        assertThat(ended.status()).isEqualTo(TaskStatus.STOPPED);
        assertThat(store().end(task, "too late", Services.NOON.plusSeconds(10))).isEqualTo(ended);
        assertThat(store().progress(task))
                .contains(new TaskProgress(
                        task,
                        TaskStatus.STOPPED,
                        100,
                        100,
                        63,
                        2,
                        Services.NOON,
                        Services.NOON.plusSeconds(9),
                        new ObjectUri("data", "out/infer-result-%s.manifest".formatted(task))));
    }

    @Test
    void failsATaskWhoseOutputCannotBeWritten() {
        TaskId task = planned(1);
        store().commit(task, chunk(0, 1, "a"));
        store().seal(task, Seal.finished());
        BatchTask ended = store().end(task, "bucket 'out' does not exist", Services.NOON);

        assertThat(ended.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(ended.error()).isEqualTo("bucket 'out' does not exist");
    }

    @Test
    void keepsWhyATaskFailed() {
        TaskId task = planned(1);
        store().seal(task, Seal.failed("no instance was ready"));

        assertThat(store().end(task, null, Services.NOON).error()).isEqualTo("no instance was ready");
    }

    @Test
    void restsAndGoesOnWithTheStartThatItHad() {
        TaskId task = planned(10);
        store().started(task, Services.NOON);
        store().paused(task);
        store().started(task, Services.NOON.plusSeconds(5));
        assertThat(store().find(task)).map(BatchTask::status).contains(TaskStatus.PAUSED);

        store().resumed(task);
        assertThat(store().find(task)).map(BatchTask::status).contains(TaskStatus.DEPLOYING);
        store().resumed(task);
        store().started(task, Services.NOON.plusSeconds(9));
        assertThat(store().find(task)).hasValueSatisfying(row -> {
            assertThat(row.status()).isEqualTo(TaskStatus.RUNNING);
            assertThat(row.startedAt()).isEqualTo(Services.NOON);
        });
        store().seal(task, Seal.stopped());
        BatchTask ended = store().end(task, null, Services.NOON);
        store().paused(task);
        assertThat(store().find(task)).contains(ended);
    }

    @Test
    void keepsWhatUsersAskUntilTheEnd() {
        TaskId task = new TaskId(UUID.randomUUID().toString());
        ServiceId service = service();
        assertThat(store().control(task)).isEmpty();
        assertThat(store().ask(task, service, true, Services.NOON))
                .as("of a task that has not begun")
                .isEqualTo(new TaskControl(task, service, 1, 0, true));
        store().taken(task, 1);
        assertThat(store().ask(task, service, false, Services.NOON))
                .isEqualTo(new TaskControl(task, service, 2, 1, false));
        store().taken(task, 2);
        store().taken(task, 1);
        assertThat(store().control(task)).contains(new TaskControl(task, service, 2, 2, false));

        store().open(BatchTask.draft(task, service, Tasks.spec(), Services.NOON));
        store().seal(task, Seal.stopped());
        store().end(task, null, Services.NOON);
        assertThat(store().control(task)).isEmpty();
    }

    @Test
    void findsWhatNoWorkflowHasTaken() {
        TaskControl first = store().ask(new TaskId("a-" + UUID.randomUUID()), service(), true, Services.NOON);
        TaskControl second = store().ask(new TaskId("b-" + UUID.randomUUID()), service(), true, Services.NOON);
        TaskControl taken = store().ask(new TaskId("c-" + UUID.randomUUID()), service(), true, Services.NOON);
        store().taken(taken.task(), 1);
        Instant later = Services.NOON.plusSeconds(1);

        assertThat(store().untaken(Services.NOON, null, 1_000)).doesNotContain(first, second, taken);
        assertThat(store().untaken(later, null, 1_000)).contains(first, second).doesNotContain(taken);
        assertThat(store().untaken(later, first.task(), 1_000)).contains(second).doesNotContain(first);
        assertThat(store().untaken(later, null, 1)).hasSize(1);
    }

    @Test
    void commitsNoRecordTwiceWhoeverCutsTheChunks() throws Exception {
        commitFromManySides(store(), planned(RECORDS));
    }

    @Test
    void letsNoCommitPassTheSeal() throws Exception {
        for (int round = 0; round < 20; round++) {
            sealAmongCommits(store(), planned(RECORDS));
        }
    }

    /** Records of a task that {@link #commitFromManySides} works on. */
    protected static final long RECORDS = 400;

    /** Eight writers commit chunks of different ranges; fails if a record is committed twice. */
    protected static void commitFromManySides(BatchStore store, TaskId task)
            throws InterruptedException, ExecutionException {
        inParallel(8, writer -> {
            Random random = new Random(writer);
            for (int i = 0; i < 40; i++) {
                long from = random.nextLong(RECORDS);
                long to = Math.min(RECORDS, from + 1 + random.nextLong(12));
                store.commit(task, chunk(from, to, "w" + writer));
            }
        });
        long next = 0;
        for (ChunkCommit commit : store.commits(task, 0, 10_000)) {
            assertThat(commit.range().from()).as("begin of %s", commit).isGreaterThanOrEqualTo(next);
            next = commit.range().to();
        }
    }

    /** Writers commit while the task is sealed; fails if there is a commit after the seal. */
    protected static void sealAmongCommits(BatchStore store, TaskId task)
            throws InterruptedException, ExecutionException {
        List<List<ChunkCommit>> seen = new ArrayList<>();
        inParallel(4, writer -> {
            if (writer == 0) {
                store.seal(task, Seal.stopped());
                seen.add(store.commits(task, 0, 10_000));
                return;
            }
            for (int i = 0; i < 30; i++) {
                long from = (writer - 1) * 100L + i;
                store.commit(task, chunk(from, from + 1, "w" + writer));
            }
        });
        assertThat(store.commits(task, 0, 10_000)).isEqualTo(seen.getFirst());
    }

    private interface Side {
        void run(int number);
    }

    private static void inParallel(int sides, Side side) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(sides)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < sides; i++) {
                int number = i;
                running.add(threads.submit(() -> side.run(number)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    protected static ChunkCommit chunk(long from, long to, String fence) {
        return new ChunkCommit(new ChunkRange(from, to), fence, 0);
    }

    /** A task of two inputs that is planned. */
    protected TaskId planned(long records) {
        TaskId task = opened().id();
        store().planned(task, new PlanTotals(2, records));
        store().planned(task, new PlanTotals(9, 9));
        return task;
    }

    private BatchTask opened() {
        TaskId id = new TaskId(UUID.randomUUID().toString());
        return store().open(BatchTask.draft(id, service(), Tasks.spec(), Services.NOON));
    }
}
