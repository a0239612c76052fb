package dev.slipway.workflows.contract.batch;

import java.util.List;

/**
 * Chunks of what is not done.
 *
 * @param more whether records after these may be left
 */
public record ChunkList(List<Chunk> chunks, boolean more) {
    public ChunkList {
        chunks = List.copyOf(chunks);
    }
}
