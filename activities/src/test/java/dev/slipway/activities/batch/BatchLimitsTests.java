package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchLimitsTests {

    @Test
    void aSecondTryOfAChunkCommitsEarlyWhatItHas() {
        BatchLimits again = BatchLimits.DEFAULT.ofTry(2);

        assertThat(BatchLimits.DEFAULT.ofTry(1)).isSameAs(BatchLimits.DEFAULT);
        assertThat(again.commit()).isEqualTo(Duration.ofSeconds(5));
        assertThat(again.record()).isEqualTo(BatchLimits.DEFAULT.record());
        assertThat(again.told()).isEqualTo(BatchLimits.DEFAULT.told());
    }

    @Test
    void aShorterTimeOfAChunkStaysAsItIs() {
        BatchLimits given = BatchLimits.DEFAULT;
        BatchLimits shorter = new BatchLimits(
                given.record(),
                given.busy(),
                given.tries(),
                given.window(),
                given.longestAnswer(),
                given.longestFile(),
                given.withoutInstances(),
                given.chunk(),
                given.chunkRecords(),
                Duration.ofMillis(100),
                given.told());

        assertThat(shorter.ofTry(3)).isEqualTo(shorter);
    }
}
