package dev.slipway.workflows.contract.batch;

/** A range of record ordinals to be done, from the first to the one after the last. */
public record Chunk(long from, long to) {
    public long size() {
        return to - from;
    }
}
