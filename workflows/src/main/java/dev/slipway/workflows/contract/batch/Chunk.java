package dev.slipway.workflows.contract.batch;

/** A range of record ordinals, from the first to one after the last. */
public record Chunk(long from, long to) {
    public long size() {
        return to - from;
    }
}
