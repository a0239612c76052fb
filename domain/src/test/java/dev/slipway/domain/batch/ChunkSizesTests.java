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
    void aimsAtTwentySecondsOfWork() {
        assertThat(sizes.next()).isEqualTo(100);
        assertThat(after(100, Duration.ofSeconds(10))).isEqualTo(200);
        assertThat(after(100, Duration.ofMinutes(10))).isEqualTo(3);
        assertThat(after(1, Duration.ofHours(1))).isEqualTo(1);
    }

    @Test
    void growsAtMostFourfoldHoweverQuickTheChunkWas() {
        assertThat(after(100, Duration.ofMillis(38))).isEqualTo(400);
        assertThat(after(400, Duration.ZERO)).isEqualTo(1_600);
    }

    @Test
    void growsOnceForChunksThatRanAtTheSameTime() {
        for (int i = 0; i < 8; i++) {
            assertThat(after(100, Duration.ofMillis(38))).isEqualTo(400);
        }
    }

    @Test
    void isNotMadeSmallByAShortChunkAtTheEndOfAnInput() {
        after(100, Duration.ofSeconds(1));

        assertThat(after(2, Duration.ofMillis(20))).isEqualTo(400);
    }

    @Test
    void hasALimit() {
        assertThat(after(1_000_000, Duration.ZERO)).isEqualTo(200_000);
    }
}
