package dev.slipway.workflows.contract.batch;

import java.util.List;

/**
 * Chunks of what is not done.
 *
 * @param more whether records after these may be left
 */
public record Cut(List<Chunk> chunks, boolean more) {
    public Cut {
        chunks = List.copyOf(chunks);
    }
}
