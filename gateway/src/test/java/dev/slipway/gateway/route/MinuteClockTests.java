package dev.slipway.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class MinuteClockTests {

    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    private Instant now = NOON;

    private final MinuteClock clock = new MinuteClock(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    @Test
    void countsMinutes() {
        long noon = clock.minute();
        assertThat(noon).isEqualTo(NOON.getEpochSecond() / 60);

        now = NOON.plusSeconds(59);
        assertThat(clock.minute()).isEqualTo(noon);

        now = NOON.plusSeconds(60);
        assertThat(clock.minute()).isEqualTo(noon + 1);
    }

    /** A minute that was told and forgotten would begin at 0 again, and take the place of what was told. */
    @Test
    void neverGoesBack() {
        now = NOON.plusSeconds(600);
        long latest = clock.minute();
        now = NOON;

        assertThat(clock.minute()).isEqualTo(latest);

        now = NOON.plusSeconds(660);

        assertThat(clock.minute()).isEqualTo(latest + 1);
    }
}
