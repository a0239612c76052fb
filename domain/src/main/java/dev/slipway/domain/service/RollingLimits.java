package dev.slipway.domain.service;

/**
 * The limits of a rolling upgrade.
 *
 * @param maxSurge instances above the count; below 1 a share of the count, rounded up; greater than 0, default 1
 * @param maxUnavailable instances below the count; below 1 a share, rounded down; default 0
 * @param terminationGraceSeconds how long an instance may finish its requests, 30 to 300, by default 240
 */
public record RollingLimits(double maxSurge, double maxUnavailable, int terminationGraceSeconds) {

    public static final RollingLimits DEFAULT = new RollingLimits(1, 0, 240);

    public RollingLimits {
        if (!(maxSurge > 0) || !(maxUnavailable >= 0)) {
            throw new IllegalArgumentException("max_surge must be above 0 and max_unavailable at least 0");
        }
    }

    /** Instances that may exist above {@code count}, at least 1. */
    public int surgeOf(int count) {
        return Math.max(1, (int) Math.ceil(maxSurge < 1 ? maxSurge * count : maxSurge));
    }

    /** Instances that may be missing from {@code count} meanwhile. */
    public int unavailableOf(int count) {
        return (int) Math.floor(maxUnavailable < 1 ? maxUnavailable * count : maxUnavailable);
    }
}
