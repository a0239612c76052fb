package dev.slipway.workflows.contract.retention;

/**
 * What was removed of a kind.
 *
 * @param kind in words
 * @param bytes on disk or in object storage; 0 of rows
 */
public record RemovedKind(String kind, long things, long bytes) {}
