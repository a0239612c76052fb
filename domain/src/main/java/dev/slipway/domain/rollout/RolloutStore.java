package dev.slipway.domain.rollout;

import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.wave.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one row for each rollout. The first write of the snapshot and of the outcome stands, so that a new run after any loss starts from
 * the same snapshot. Written only inside {@link dev.slipway.domain.service.ServiceStore#change}.
 */
public interface RolloutStore {

    /** Writes the snapshot unless there is one; returns the stored one. */
    Snapshot takeSnapshot(ServiceId service, long generation, Snapshot snapshot);

    /** Writes the outcome unless there is one; returns the stored one. */
    Settled settle(ServiceId service, long generation, Settled settled);

    /** The row. */
    Optional<Row> find(ServiceId service, long generation);

    /** Generations of rollouts of the service without an outcome, oldest first. */
    List<Long> unsettled(ServiceId service);

    /** Adds a verdict on the new version to the row; the last {@value #VERDICTS_KEPT} are kept. Does nothing if there is no row. */
    void addVerdict(ServiceId service, long generation, VerdictRow verdict);

    /** The verdicts, oldest first; empty if there is no row. */
    List<VerdictRow> verdicts(ServiceId service, long generation);

    /** How many verdicts a row keeps. */
    int VERDICTS_KEPT = 50;

    /**
     * A verdict on the new version.
     *
     * @param state HEALTHY, UNREADY or BAD
     * @param ready instances that were ready
     * @param details what was observed, for people
     */
    record VerdictRow(Instant at, String state, List<String> ready, String details) {

        public VerdictRow {
            ready = List.copyOf(ready);
        }
    }

    /** How it ended; {@code cause} is null if it succeeded. */
    record Settled(RolloutOutcome outcome, @Nullable String cause) {}

    /** A row; {@code settled} is null while it goes on. */
    record Row(Snapshot snapshot, @Nullable Settled settled) {}
}
