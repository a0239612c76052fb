package dev.slipway.domain.service;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The auto-stop of a service after a duration.
 *
 * @param unit DAYS, HOURS or MINUTES as sent
 * @param amount at least 1
 * @param dueAt when it will stop; null while the service is stopped
 */
public record AutoStop(String unit, int amount, @Nullable Instant dueAt) {

    /** @throws IllegalArgumentException for another unit */
    public Duration duration() {
        return switch (unit) {
            case "DAYS" -> Duration.ofDays(amount);
            case "HOURS" -> Duration.ofHours(amount);
            case "MINUTES" -> Duration.ofMinutes(amount);
            default -> throw new IllegalArgumentException("time_unit '%s'".formatted(unit));
        };
    }

    /** Whether both have the same duration, whenever they were armed. */
    public boolean asksTheSameAs(AutoStop other) {
        return unit.equals(other.unit) && amount == other.amount;
    }

    /** Armed by a command accepted at {@code start}. */
    public AutoStop armedAt(Instant start) {
        return new AutoStop(unit, amount, start.plus(duration()));
    }

    public AutoStop disarmed() {
        return new AutoStop(unit, amount, null);
    }
}
