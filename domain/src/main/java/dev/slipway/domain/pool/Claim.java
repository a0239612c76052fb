package dev.slipway.domain.pool;

/**
 * A request for slots.
 *
 * @param count slots in all, not in addition
 * @param priority 3 before 2 before 1
 * @param wakes workflow to wake when the claim is granted later: {@code service/<id>} or {@code batch/<taskId>/<attempt>}
 */
public record Claim(Holder holder, String pool, String flavor, int count, int priority, String wakes) {}
