package dev.slipway.worker.sweep;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows that workflows work on. Each call may fail as {@link dev.slipway.domain.problem.Unavailable}. */
public interface SweptRows<R> {

    /** The row and its last command; each command has another key. */
    String key(R row);

    /**
     * Rows whose command was given before {@code before} and not taken yet, by id.
     *
     * @param after only rows after this one; null for all
     */
    List<R> untakenSince(Instant before, @Nullable R after, int limit);

    /**
     * Rows that have work for a workflow, in the order of their ids.
     *
     * @param after only rows after this one; null for all
     */
    List<R> unfinished(@Nullable R after, int limit);

    /** The present row, if it is still unfinished. */
    Optional<R> again(R row);

    /** Wakes its workflow, or starts it. */
    void wake(R row);

    /** Whether its workflow runs; looks up this one execution. */
    boolean isRunning(R row);
}
