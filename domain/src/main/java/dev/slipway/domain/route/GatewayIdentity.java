package dev.slipway.domain.route;

import java.time.Instant;

/**
 * A gateway process.
 *
 * @param id of the identity's folder; outlives the process
 * @param hostId of the machine; {@code bootId} changes with each boot of it
 * @param pid of the process; {@code processStart} tells it from a later process of the same pid
 * @param address where it serves, for people
 * @param registeredAt when this process first registered; no other process of the same id has the same, to the microsecond
 */
public record GatewayIdentity(
        String id, String hostId, String bootId, long pid, String processStart, String address, Instant registeredAt) {}
