package dev.slipway.worker.sweep;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows that workflows look after. Each call may fail as {@link dev.slipway.domain.problem.Unavailable}. */
public interface SweptRows<R> {

    /** What was asked of which row: another command makes another key. */
    String key(R row);

    /**
     * Rows whose command nobody has taken since {@code before}, by their ids.
     *
     * @param after only rows after this one; null from the first on
     */
    List<R> untakenSince(Instant before, @Nullable R after, int limit);

    /**
     * Rows that a workflow has to look after, by their ids.
     *
     * @param after only rows after this one; null from the first on
     */
    List<R> unfinished(@Nullable R after, int limit);

    /** The row as it stands now, if it still is unfinished. */
    Optional<R> again(R row);

    /** Wakes its workflow, or starts it. */
    void wake(R row);

    /** Whether its workflow runs; asks for this one execution. */
    boolean isRunning(R row);
}
