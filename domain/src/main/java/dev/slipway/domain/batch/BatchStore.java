package dev.slipway.domain.batch;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps tasks and their commits. Each call is one transaction and may be repeated. It holds the two walls of exactly-once: no two
 * commits of a task overlap, and none is written after the seal.
 */
public interface BatchStore extends BatchTasks {
    /** Makes the row; the first stands, and is answered. */
    BatchTask open(BatchTask draft);

    Optional<BatchTask> find(TaskId task);

    /** Writes what the plan holds; the first stands. A sealed task gets no plan any more. */
    void planned(TaskId task, PlanTotals totals);

    /** The first instance is ready; nothing happens if it was before or the task has ended. */
    void started(TaskId task, Instant now);

    /** First wins. The transaction locks the task's row against the seal and asks it. */
    CommitAnswer commit(TaskId task, ChunkCommit chunk);

    /** Commits in order of their ranges, from those that end after {@code from} on. */
    List<ChunkCommit> commits(TaskId task, long from, int limit);

    /** Commits whose result files are not known to be published, in order, from those that end after {@code from} on. */
    List<ChunkCommit> unpublished(TaskId task, long from, int limit);

    /** All result files of the chunk are published. */
    void published(TaskId task, ChunkRange chunk);

    /** Planned records from {@code from} on that are in no commit, in order. */
    List<ChunkRange> holes(TaskId task, long from, int limit);

    /**
     * Nothing is committed after this; the first seal stands, and is answered. Waits for commits under way.
     *
     * @throws IllegalStateException if a seal FINISHED meets holes
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

    /** Object storage refuses a key once more: how often it has since it was last answered. Forgotten at the task's end. */
    KeyRefusal refused(TaskId task, String key, Instant now);

    /** Keys that were refused and not answered since, those first that have waited longest. */
    List<String> refusedKeys(TaskId task, int limit);

    /** The key is answered again; nothing happens if it was never refused. */
    void answered(TaskId task, String key);

    /**
     * Writes the end that the seal decided; records without an outcome count as failed from now on. The first call stands.
     *
     * @param outputError why its output could not be written: then it is FAILED; null if it could
     */
    BatchTask end(TaskId task, @Nullable String outputError, Instant now);

    /**
     * From now on the task cannot be repaired, since its plan, parts and commits are being removed; how many of its records failed is
     * kept. The first call stands. To be called for ended tasks only, and for those of services that are gone.
     */
    void beginRemovalOfWork(TaskId task, Instant now);

    /**
     * Removes commits and what else is noted of single inputs, at most {@code limit} of each kind; returns the most of a kind, so it is
     * to be called again until it removes fewer. Nothing happens before {@link #beginRemovalOfWork}.
     */
    int removeCommits(TaskId task, int limit);

    /** All of it is removed. */
    void endRemovalOfWork(TaskId task);
}
