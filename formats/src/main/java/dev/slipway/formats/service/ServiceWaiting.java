package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;

/**
 * What a service waits for that has no resources yet.
 *
 * @param wanted instances
 * @param free instances that the pool could take now
 * @param position in the queue, from 1
 * @param since in milliseconds since 1970
 */
@WireRecord
public record ServiceWaiting(
        String reason, String pool, String specification, int wanted, int free, int position, long since) {}
