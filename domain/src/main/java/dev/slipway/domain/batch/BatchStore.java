package dev.slipway.domain.batch;

import dev.slipway.domain.service.ServiceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps tasks and their commits. Each call is one transaction and may be repeated. Two guarantees make outcomes exactly-once: no two
 * commits of a task overlap, and none is written after the seal.
 */
public interface BatchStore extends BatchTasks {
    /** How long a chunk in progress counts that nothing is heard of. */
    Duration PROGRESS_HOLDS = Duration.ofMinutes(2);

    /** Creates the row. A later call returns the first one. */
    BatchTask open(BatchTask draft);

    Optional<BatchTask> find(TaskId task);

    /** Writes the totals of the plan; the first call stands. A sealed task gets no plan any more. */
    void planned(TaskId task, PlanTotals totals);

    /** An instance is ready. Does nothing if one was before, the task is paused or has ended. Its first start stands. */
    void started(TaskId task, Instant now);

    /** It rests now: instances and slots are given back until {@link #resumed}. Does nothing if it has ended. */
    void paused(TaskId task);

    /** It waits for slots and instances again. Does nothing if it is not paused. */
    void resumed(TaskId task);

    /** What users asked of the task; empty if nothing. */
    Optional<TaskControl> control(TaskId task);

    /**
     * Writes what a user asks, with the next revision. Only in the transaction that locks the row of the task's service. The task need not
     * have begun.
     */
    TaskControl ask(TaskId task, ServiceId service, boolean paused, Instant now);

    /** The task's workflow has begun with what was asked up to that revision. */
    void taken(TaskId task, long revision);

    /**
     * What was asked before {@code before} of tasks that have not ended, and no workflow has taken, by task.
     *
     * @param after only tasks after this one; null for all
     */
    List<TaskControl> untaken(Instant before, @Nullable TaskId after, int limit);

    /** The first commit wins. The transaction locks the task's row against the seal and checks it. */
    CommitAnswer commit(TaskId task, ChunkCommit chunk);

    /**
     * A chunk in progress has answered so many records from its first one on; fewer than before when it is begun anew. They count as done until the chunk is committed, another one
     * is from that record on, the task is sealed, or nothing was told of the chunk for {@link #PROGRESS_HOLDS}.
     */
    void answering(TaskId task, long first, long answered, Instant now);

    /** Tasks that run and have a deadline. */
    List<BatchTask> withDeadline();

    /** Commits in order of their ranges, from those that end after {@code from} on. */
    List<ChunkCommit> commits(TaskId task, long from, int limit);

    /** Commits whose result files are not known to be published, in order, from those that end after {@code from} on. */
    List<ChunkCommit> unpublished(TaskId task, long from, int limit);

    /** All result files of the chunk are published. */
    void published(TaskId task, ChunkRange chunk);

    /** Planned records from {@code from} on that are in no commit, in order. */
    List<ChunkRange> holes(TaskId task, long from, int limit);

    /**
     * Nothing is committed after this. A later call returns the first seal. Waits for commits in progress.
     *
     * @throws IllegalStateException for a seal FINISHED while records are not committed
     */
    Seal seal(TaskId task, Seal seal);

    /** The result file of a table that lies in several chunks is written. */
    void merged(TaskId task, long input);

    boolean isMerged(TaskId task, long input);

    /** The part of a committed chunk cannot be read: all its records count as failed from now on. The first reason stands. */
    void lost(TaskId task, ChunkRange chunk, String reason);

    /** The result file of an input cannot be written. The first reason stands. */
    void unwritten(TaskId task, UnwrittenResult result);

    /** Inputs whose result files cannot be written, in order, from {@code from} on. */
    List<UnwrittenResult> unwritten(TaskId task, long from, int limit);

    /** Counts one more refusal of a key by object storage, since it last answered for that key. Forgotten at the task's end. */
    KeyRefusal refused(TaskId task, String key, Instant now);

    /** Keys that were refused and not answered since, the oldest first. */
    List<String> refusedKeys(TaskId task, int limit);

    /** The key is answered again. Does nothing if it was never refused. */
    void answered(TaskId task, String key);

    /**
     * Writes the end that the seal decided; records without an outcome count as failed from now on. The first call stands.
     *
     * @param outputError why its output could not be written, which makes it FAILED; null if it could
     */
    BatchTask end(TaskId task, @Nullable String outputError, Instant now);

    /** Those of these tasks that have not ended. One query. */
    Set<TaskId> running(Collection<TaskId> tasks);

    /**
     * Starts the removal of plan, parts and commits: from now on the task cannot be repaired. The number of failed records is kept. The
     * first call stands. Only for ended tasks and tasks of deleted services.
     */
    void beginRemovalOfWork(TaskId task, Instant now);

    /**
     * Removes commits and other rows of single inputs, at most {@code limit} of each kind, and returns the largest number; call it again
     * until it removes fewer. Does nothing before {@link #beginRemovalOfWork}.
     */
    int removeCommits(TaskId task, int limit);

    /** Everything is removed. */
    void endRemovalOfWork(TaskId task);
}
