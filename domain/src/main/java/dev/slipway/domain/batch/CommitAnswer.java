package dev.slipway.domain.batch;

/** What became of a commit. */
public sealed interface CommitAnswer {
    /** The chunk is committed, now or by an earlier call; {@code winner} is the row that stands, perhaps another execution's. */
    record Committed(ChunkCommit winner) implements CommitAnswer {}

    /** Some of its records are in another chunk that was committed first. Nothing was written. */
    record Overlapping() implements CommitAnswer {}

    /** The task is sealed. Nothing was written. */
    record Sealed() implements CommitAnswer {}
}
