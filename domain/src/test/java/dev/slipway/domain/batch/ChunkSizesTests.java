package dev.slipway.domain.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChunkSizesTests {

    private final ChunkSizes sizes = new ChunkSizes();

    private long after(long records, Duration took) {
        sizes.measured(records, took);
        return sizes.next();
    }

    @Test
    void aimsAtFortySecondsOfWork() {
        assertThat(after(100, Duration.ofSeconds(10))).isEqualTo(400);
        assertThat(after(100, Duration.ofMinutes(10))).isEqualTo(6);
        assertThat(after(1, Duration.ofHours(1))).isEqualTo(1);
    }

    @Test
    void beginsWithTheMostAndNeverExceedsIt() {
        assertThat(sizes.next()).isEqualTo(500_000);
        assertThat(after(1_000_000, Duration.ZERO)).isEqualTo(500_000);
    }
}
