package dev.slipway.domain.route;

import java.time.Instant;

/**
 * A gateway process.
 *
 * @param id of the identity's folder; outlives the process
 * @param hostId of the machine; {@code bootId} changes with each boot
 * @param pid of the process; {@code processStart} tells it from a later process of the same pid
 * @param address where it serves, for people
 * @param registeredAt when this process first registered; unique among the processes of this id, to the microsecond
 */
public record GatewayIdentity(
        String id, String hostId, String bootId, long pid, String processStart, String address, Instant registeredAt) {}
