package dev.slipway.domain.batch;

/** The result of a commit. */
public sealed interface CommitAnswer {
    /** The chunk is committed, now or before. {@code winner} is its row, which another execution may have written. */
    record Committed(ChunkCommit winner) implements CommitAnswer {}

    /** Another chunk with some of its records was committed first. Nothing was written. */
    record Overlapping() implements CommitAnswer {}

    /** The task is sealed. Nothing was written. */
    record Sealed() implements CommitAnswer {}
}
