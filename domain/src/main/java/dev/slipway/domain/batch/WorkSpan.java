package dev.slipway.domain.batch;

import java.time.Instant;

/**
 * What a chunk has answered, and when.
 *
 * @param to when it was committed; of one in progress, when it was last heard of
 */
public record WorkSpan(Instant from, Instant to, long records) {}
